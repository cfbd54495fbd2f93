import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Reads results until Ctrl-C or SIGTERM: ReadResults GROUP.
 *
 * <p>Prints a line for each: the job's place, its id, and how it ended.
 */
public final class ReadResults {
    private static final Map<String, String> ENVIRONMENT = System.getenv();
    private static final String BROKERS =
            ENVIRONMENT.getOrDefault("TURNSTREAM_KAFKA__BOOTSTRAP_SERVERS", "127.0.0.1:9092");
    private static final String RESULTS_TOPIC =
            ENVIRONMENT.getOrDefault("TURNSTREAM_KAFKA__RESULTS_TOPIC", "turnstream.results");
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final PrintStream OUTPUT =
            new PrintStream(new FileOutputStream(FileDescriptor.out), true, UTF_8);

    private static volatile boolean stopping = false;

    public static void main(String[] arguments) throws Exception {
        if (arguments.length != 1) {
            System.err.println("ReadResults GROUP");
            System.exit(2);
        }
        var done = stopWhenAsked();
        try (var consumer = new KafkaConsumer<>(
                settings(arguments[0]), new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            consumer.subscribe(List.of(RESULTS_TOPIC));
            while (!stopping) {
                readSome(consumer);
            }
        } finally {
            done.countDown();
        }
    }

    /** Read-committed is not the default here: without it, aborted results are read, too. */
    private static Map<String, Object> settings(String group) {
        return Map.of(
                ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, BROKERS,
                ConsumerConfig.GROUP_ID_CONFIG, group,
                ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed",
                ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest",
                ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    }

    /** Handles, then commits: a crash in between brings the same results again. */
    private static void readSome(KafkaConsumer<byte[], byte[]> consumer) throws IOException {
        ConsumerRecords<byte[], byte[]> messages = consumer.poll(Duration.ofMillis(500));
        for (ConsumerRecord<byte[], byte[]> message : messages) {
            handle(JSON.readTree(message.value()));
        }
        if (!messages.isEmpty()) {
            consumer.commitSync();
        }
    }

    /** Do your work here, once for each origin: make it the key of the row that you write. */
    private static void handle(JsonNode result) {
        JsonNode origin = result.get("origin");
        String place = String.join("/",
                origin.get("topic").asText(),
                origin.get("partition").asText(),
                origin.get("offset").asText());
        OUTPUT.printf("%s %s %s%n", place, result.get("job_id").asText("-"), ending(result));
    }

    /** Only the fields it needs are looked at: later versions have more. */
    private static String ending(JsonNode result) {
        String status = result.get("status").asText();
        JsonNode error = result.get("error");
        if (!error.isNull()) { // failed or expired; an unknown code is handled by `retryable`
            String again = error.get("retryable").asBoolean() ? "may succeed later" : "final";
            String code = error.get("code").asText();
            return "%s %s (%s): %s".formatted(status, code, again, error.get("message").asText());
        }
        if (!result.get("inline").asBoolean()) {
            return status + " in " + storedJson(result.get("outputs"));
        }
        String operation = result.get("operation").asText();
        if (operation.equals("diarize")) {
            return status + " turns=" + result.at("/result/diarization").size();
        }
        return status + " " + operation;
    }

    private static String storedJson(JsonNode outputs) {
        for (JsonNode output : outputs) {
            if (output.get("format").asText().equals("json")) {
                return output.get("uri").asText();
            }
        }
        throw new IllegalArgumentException("a result that succeeded has a json object");
    }

    /** Lets the process end only after what is being handled has been committed. */
    private static CountDownLatch stopWhenAsked() {
        var done = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            stopping = true;
            try {
                done.await();
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            }
        }));
        return done;
    }
}
