import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * Sends one job: SubmitJob JOB_ID AUDIO_URI [AUDIO_SECONDS].
 *
 * <p>Prints where the job stands, topic/partition/offset: its result names that place as its origin.
 */
public final class SubmitJob {
    private static final Map<String, String> ENVIRONMENT = System.getenv();
    private static final String BROKERS =
            ENVIRONMENT.getOrDefault("TURNSTREAM_KAFKA__BOOTSTRAP_SERVERS", "127.0.0.1:9092");
    private static final String JOBS_TOPIC =
            ENVIRONMENT.getOrDefault("TURNSTREAM_KAFKA__JOBS_TOPIC", "turnstream.jobs");

    public static void main(String[] arguments) throws Exception {
        if (arguments.length != 2 && arguments.length != 3) {
            System.err.println("SubmitJob JOB_ID AUDIO_URI [AUDIO_SECONDS]");
            System.exit(2);
        }
        Double audioSeconds = arguments.length == 3 ? Double.valueOf(arguments[2]) : null;
        try (var producer = new KafkaProducer<>(
                settings(), new StringSerializer(), new ByteArraySerializer())) {
            RecordMetadata place =
                    producer.send(message(arguments[0], arguments[1], audioSeconds)).get();
            System.out.printf(
                    "%s/%d/%d%n", place.topic(), place.partition(), place.offset());
        }
    }

    /** Idempotent: what is sent again after a lost answer does not become a second job. */
    private static Map<String, Object> settings() {
        return Map.of(
                ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, BROKERS,
                ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true,
                ProducerConfig.ACKS_CONFIG, "all");
    }

    /** The key spreads jobs over partitions; no order is promised within it. */
    private static ProducerRecord<String, byte[]> message(
            String jobId, String audioUri, Double audioSeconds) throws Exception {
        byte[] value = new ObjectMapper().writeValueAsBytes(job(jobId, audioUri, audioSeconds));
        var message = new ProducerRecord<>(JOBS_TOPIC, jobId, value);
        // Both are optional: one lets the backlog be measured, the other joins a trace.
        if (audioSeconds != null) {
            String text = String.format(Locale.ROOT, "%.3f", audioSeconds);
            message.headers().add("x-audio-seconds", text.getBytes(UTF_8));
        }
        String trace = ENVIRONMENT.getOrDefault("TRACEPARENT", "");
        if (!trace.isEmpty()) {
            message.headers().add("traceparent", trace.getBytes(UTF_8));
        }
        return message;
    }

    /** What is not known is left out; an unknown field would be refused. */
    private static ObjectNode job(String jobId, String audioUri, Double audioSeconds) {
        ObjectNode job = new ObjectMapper().createObjectNode()
                .put("schema_version", 1)
                .put("job_id", jobId)
                .put("operation", "diarize")
                .put("submitted_at", Instant.now().toString());
        ObjectNode audio = job.putObject("audio").put("uri", audioUri);
        if (audioSeconds != null) {
            audio.put("duration_seconds", audioSeconds);
        }
        job.putObject("metadata").put("sender", "java"); // comes back with the result
        return job;
    }
}
