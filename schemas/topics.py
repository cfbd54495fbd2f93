"""Say what the topics are called, and how much fits into one message of each."""

JOBS_TOPIC = "turnstream.jobs"
RESULTS_TOPIC = "turnstream.results"
DEAD_LETTERS_TOPIC = "turnstream.dead-letters"

MAX_JOB_BYTES = 64 * 1024
# What a dead letter adds to the job it carries, its own headers; those of a result need no more.
DEAD_LETTER_HEADROOM_BYTES = 16 * 1024
# A longer result is published without its turns (`inline: false`); a setting overrides it.
RESULTS_MAX_BYTES = 512 * 1024
