// Submit sends one job: submit JOB_ID AUDIO_URI [AUDIO_SECONDS].
//
// It prints where the job stands, topic/partition/offset: its result names that place as its origin.
package main

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"log"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"
)

var (
	brokers   = cmp.Or(os.Getenv("TURNSTREAM_KAFKA__BOOTSTRAP_SERVERS"), "127.0.0.1:9092")
	jobsTopic = cmp.Or(os.Getenv("TURNSTREAM_KAFKA__JOBS_TOPIC"), "turnstream.jobs")
)

// What is not known is left out; an unknown field would be refused.
type job struct {
	SchemaVersion int               `json:"schema_version"`
	JobID         string            `json:"job_id"`
	Operation     string            `json:"operation"`
	Audio         audio             `json:"audio"`
	SubmittedAt   time.Time         `json:"submitted_at"`
	Metadata      map[string]string `json:"metadata"`
}

type audio struct {
	URI             string   `json:"uri"`
	DurationSeconds *float64 `json:"duration_seconds,omitempty"`
}

func main() {
	if len(os.Args) != 3 && len(os.Args) != 4 {
		log.Fatal("submit JOB_ID AUDIO_URI [AUDIO_SECONDS]")
	}
	var seconds *float64
	if len(os.Args) == 4 {
		parsed, err := strconv.ParseFloat(os.Args[3], 64)
		if err != nil {
			log.Fatal(err)
		}
		seconds = &parsed
	}
	if err := submit(os.Args[1], os.Args[2], seconds); err != nil {
		log.Fatal(err)
	}
}

func submit(jobID, audioURI string, seconds *float64) error {
	// Idempotent, as this client always is unless told otherwise: what it sends again after a lost
	// answer does not become a second job.
	client, err := kgo.NewClient(
		kgo.SeedBrokers(strings.Split(brokers, ",")...),
		kgo.RequiredAcks(kgo.AllISRAcks()),
	)
	if err != nil {
		return err
	}
	defer client.Close()

	value, err := json.Marshal(job{
		SchemaVersion: 1,
		JobID:         jobID,
		Operation:     "diarize",
		Audio:         audio{audioURI, seconds},
		SubmittedAt:   time.Now().UTC(),
		Metadata:      map[string]string{"sender": "go"}, // comes back with the result
	})
	if err != nil {
		return err
	}
	sent, err := client.ProduceSync(context.Background(), &kgo.Record{
		Topic:   jobsTopic,
		Key:     []byte(jobID), // spreads jobs over partitions; no order is promised within a key
		Value:   value,
		Headers: headers(seconds),
	}).First()
	if err != nil {
		return err
	}
	fmt.Printf("%s/%d/%d\n", sent.Topic, sent.Partition, sent.Offset)
	return nil
}

// Both are optional: one lets the backlog be measured, the other joins a trace.
func headers(seconds *float64) []kgo.RecordHeader {
	var given []kgo.RecordHeader
	if seconds != nil {
		text := strconv.FormatFloat(*seconds, 'f', 3, 64)
		given = append(given, kgo.RecordHeader{Key: "x-audio-seconds", Value: []byte(text)})
	}
	if trace := os.Getenv("TRACEPARENT"); trace != "" {
		given = append(given, kgo.RecordHeader{Key: "traceparent", Value: []byte(trace)})
	}
	return given
}
