// Read_results reads results until Ctrl-C or SIGTERM: read_results GROUP.
//
// It prints a line for each: the job's place, its id, and how it ended.
package main

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"log"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/twmb/franz-go/pkg/kgo"
)

var (
	brokers      = cmp.Or(os.Getenv("TURNSTREAM_KAFKA__BOOTSTRAP_SERVERS"), "127.0.0.1:9092")
	resultsTopic = cmp.Or(os.Getenv("TURNSTREAM_KAFKA__RESULTS_TOPIC"), "turnstream.results")
)

// Only the fields that are needed: later versions have more, and those are passed over.
type result struct {
	JobID     *string `json:"job_id"`
	Operation string  `json:"operation"`
	Status    string  `json:"status"`
	Inline    bool    `json:"inline"`
	Origin    struct {
		Topic     string `json:"topic"`
		Partition int32  `json:"partition"`
		Offset    int64  `json:"offset"`
	} `json:"origin"`
	Result  json.RawMessage `json:"result"` // its shape is the operation's
	Outputs []struct {
		Format string `json:"format"`
		URI    string `json:"uri"`
	} `json:"outputs"`
	Error *struct {
		Code      string `json:"code"`
		Message   string `json:"message"`
		Retryable bool   `json:"retryable"`
	} `json:"error"`
}

func main() {
	if len(os.Args) != 2 {
		log.Fatal("read_results GROUP")
	}
	asked, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := read(asked, os.Args[1]); err != nil {
		log.Fatal(err)
	}
}

func read(asked context.Context, group string) error {
	client, err := kgo.NewClient(
		kgo.SeedBrokers(strings.Split(brokers, ",")...),
		kgo.ConsumerGroup(group),
		kgo.ConsumeTopics(resultsTopic),
		// Not the default here: without it, aborted results are read, too.
		kgo.FetchIsolationLevel(kgo.ReadCommitted()),
		kgo.ConsumeResetOffset(kgo.NewOffset().AtStart()),
		kgo.DisableAutoCommit(),
		// Partitions leave only between a commit and the next poll.
		kgo.BlockRebalanceOnPoll(),
	)
	if err != nil {
		return err
	}
	defer client.CloseAllowingRebalance()
	for {
		fetched := client.PollFetches(asked)
		if asked.Err() != nil {
			return nil
		}
		if err := handleAll(client, fetched); err != nil {
			return err
		}
		client.AllowRebalance()
	}
}

// Handles, then commits: a crash in between brings the same results again.
func handleAll(client *kgo.Client, fetched kgo.Fetches) error {
	if err := fetched.Err(); err != nil {
		return err
	}
	for _, message := range fetched.Records() {
		var found result
		if err := json.Unmarshal(message.Value, &found); err != nil {
			return err
		}
		if err := handle(found); err != nil {
			return err
		}
	}
	return client.CommitUncommittedOffsets(context.Background())
}

// Do your work here, once for each origin: make it the key of the row that you write.
func handle(found result) error {
	jobID := "-"
	if found.JobID != nil {
		jobID = *found.JobID
	}
	origin := found.Origin
	end, err := ending(found)
	if err != nil {
		return err
	}
	fmt.Printf("%s/%d/%d %s %s\n", origin.Topic, origin.Partition, origin.Offset, jobID, end)
	return nil
}

func ending(found result) (string, error) {
	if found.Error != nil { // failed or expired; an unknown code is handled by Retryable
		again := "final"
		if found.Error.Retryable {
			again = "may succeed later"
		}
		failure := found.Error
		return fmt.Sprintf("%s %s (%s): %s", found.Status, failure.Code, again, failure.Message), nil
	}
	if !found.Inline {
		return found.Status + " in " + storedJSON(found), nil
	}
	if found.Operation != "diarize" {
		return found.Status + " " + found.Operation, nil
	}
	var answer struct {
		Diarization []struct {
			Start   float64 `json:"start"`
			End     float64 `json:"end"`
			Speaker string  `json:"speaker"`
		} `json:"diarization"`
	}
	if err := json.Unmarshal(found.Result, &answer); err != nil {
		return "", err
	}
	return fmt.Sprintf("%s turns=%d", found.Status, len(answer.Diarization)), nil
}

func storedJSON(found result) string {
	for _, output := range found.Outputs {
		if output.Format == "json" {
			return output.URI
		}
	}
	return ""
}
