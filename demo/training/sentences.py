"""What do the training voices say? Sentences of a grammar, none of the shipped conversation."""

from random import Random

SUBJECTS = (
    "the committee",
    "my brother",
    "our designer",
    "that company",
    "a small team",
    "their manager",
    "every customer",
    "the young doctor",
    "we",
    "I",
    "nobody here",
    "the old engine",
    "your neighbour",
    "the project leader",
    "this remote control",
)
VERBS = (
    "cannot find",
    "would like to buy",
    "has already finished",
    "never talks about",
    "is going to repair",
    "might replace",
    "really enjoyed",
    "forgot to bring",
    "will present",
    "keeps asking for",
    "should not use",
    "wanted to check",
)
OBJECTS = (
    "the yellow folder",
    "a cheaper battery",
    "seven new prototypes",
    "the quarterly budget",
    "an old guitar",
    "some fresh coffee",
    "the longest bridge in Europe",
    "two hundred emails",
    "a better microphone",
    "the second meeting room",
    "that rubber cover",
    "your user interface",
    "a shorter questionnaire",
    "the whole evaluation",
)
ENDINGS = (
    "before lunch",
    "on Thursday afternoon",
    "without telling anyone",
    "because it was raining",
    "in the middle of the night",
    "for the third time",
    "after all",
    "",
    "",
)
QUESTIONS = (
    "Could you tell me whether {subject} {verb} {object}?",
    "Did you hear that {subject} {verb} {object}?",
    "Why do you think {subject} {verb} {object}?",
)
REMARKS = (
    "Yeah.",
    "Okay.",
    "Mm hmm.",
    "Right, right.",
    "No.",
    "I see.",
    "Sure.",
    "Oh well.",
    "Yes, I think so.",
    "Not really.",
    "Um, maybe.",
    "That is true.",
)
REMARK_SHARE = 0.2
QUESTION_SHARE = 0.2


def training_sentences(seed: str, count: int) -> tuple[str, ...]:
    """Return the `count` sentences that one voice speaks; the same seed gives the same ones."""
    random = Random(seed)
    return tuple(_sentence(random) for _ in range(count))


def _sentence(random: Random) -> str:
    kind = random.random()
    if kind < REMARK_SHARE:
        return random.choice(REMARKS)
    parts = {
        "subject": random.choice(SUBJECTS),
        "verb": random.choice(VERBS),
        "object": random.choice(OBJECTS),
    }
    if kind < REMARK_SHARE + QUESTION_SHARE:
        return random.choice(QUESTIONS).format(**parts)
    statement = " ".join([*parts.values(), random.choice(ENDINGS)]).strip()
    return statement[0].upper() + statement[1:] + "."
