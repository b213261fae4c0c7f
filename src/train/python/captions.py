"""Says in words what a scene shows; what a caption leaves out may be anything."""
import numpy as np

from scenes import COLOURS, Scene

NAMES = {
    "nuclei": ("nuclei", "nuclei", "nuclei", "cell nuclei"),
    "actin filaments": ("actin filaments", "actin filaments", "actin", "filaments", "stress fibres", "stress fibers", "actin fibers"),
    "mitochondria": ("mitochondria",),
    "cell membranes": ("cell membranes", "cell membranes", "membranes", "cell borders", "cell outlines"),
    "vesicles": ("vesicles", "vesicles", "vesicles", "spots", "puncta"),
    "microtubules": ("microtubules", "microtubules", "microtubules", "tubulin"),
}
NUMBER_WORDS = {"few": ("few", "few", "a few"), "several": ("several", "several", "some"), "many": ("many", "many", "lots of")}
SIZE_WORDS = {"small": ("small", "small", "tiny"), "medium": ("medium", "medium-sized"), "large": ("large", "large", "big")}
WIDTH_WORDS = {"small": ("thin", "thin", "small", "fine"), "medium": ("medium",), "large": ("thick", "thick", "large")}
LINES = ("actin filaments", "cell membranes", "microtubules")
BRIGHTNESS_WORDS = {"dim": ("dim", "dim", "faint"), "normal": (), "bright": ("bright", "bright", "intense")}
COLOUR_WORDS = {"white": ("white", "white", "gray", "grey")}
GROUND_WORDS = {"dark": ("dark", "black"), "gray": ("gray", "grey"), "bright": ("bright", "white", "light")}
METHODS = ("fluorescence microscopy", "microscopy", "confocal", "a microscope picture", "a microscopy image",
           "fluorescence image", "a photo", "an image", "picture")
NEUTRAL = 0.10
"""How often a training caption is empty, which is what guidance starts from."""


def caption_of(scene: Scene, seed: int, neutral: float = NEUTRAL) -> str:
    """One of the many captions of a scene; the same seed says the same."""
    random = np.random.default_rng([seed, 3])
    if random.random() < neutral:
        return ""
    name = str(random.choice(NAMES[scene.structure]))
    number = _word(random, NUMBER_WORDS[scene.number], 0.65)
    size = _word(random, (WIDTH_WORDS if scene.structure in LINES else SIZE_WORDS)[scene.size], 0.5)
    brightness = _word(random, BRIGHTNESS_WORDS[scene.brightness], 0.6)
    colour = _word(random, COLOUR_WORDS.get(scene.colour, (scene.colour,)), 0.85)
    ground = _ground(random, scene)
    text = _phrase(random, name, number, size, brightness, colour, ground)
    return " ".join(text.split())


def _word(random, words, share):
    """One of the words, or none."""
    return str(random.choice(words)) if len(words) and random.random() < share else ""


def _ground(random, scene):
    """The background; where nothing is said it is dark, and gray or bright ones are nearly always said."""
    if random.random() > (0.45 if scene.background == "dark" else 0.97):
        return ""
    word = random.choice(GROUND_WORDS[scene.background])
    return str(random.choice((f"on a {word} background", f"on a {word} background", f"on {word}", f"{word} background",
                              f"against a {word} background")))


def _phrase(random, name, number, size, brightness, colour, ground):
    """Puts the words together in one of several orders."""
    adjectives = [size, brightness, colour]
    if random.random() < 0.25:
        random.shuffle(adjectives)
    form = random.integers(8)
    if form <= 3:
        return " ".join([number, *adjectives, name, ground])
    if form == 4:
        return " ".join([str(random.choice(METHODS)), "of", number, *adjectives, name, ground])
    if form == 5:
        in_colour = f"{random.choice(('in', 'stained', 'labelled'))} {colour}" if colour else ""
        return " ".join([number, size, brightness, name, in_colour, ground])
    parts = [p for p in (name if form == 6 else f"{colour} {name}", number, size, brightness,
                         colour if form == 6 else "", ground) if p]
    tail = parts[1:]
    random.shuffle(tail)
    return ", ".join([parts[0], *tail])


def vocabulary() -> list[str]:
    """Every word that a caption can hold."""
    tables = (NUMBER_WORDS, SIZE_WORDS, WIDTH_WORDS, BRIGHTNESS_WORDS, COLOUR_WORDS, GROUND_WORDS, NAMES)
    phrases = [p for table in tables for words in table.values() for p in words]
    phrases += [*COLOURS, *METHODS, "in stained labelled on a an of against background the with and one single"]
    return sorted({word for phrase in phrases for word in phrase.replace("-", " ").split()})


def known_words() -> dict:
    """The content of known_words.json: the words to choose from, by group, and all others that captions hold."""
    groups = {
        "structure": list(NAMES), "number": list(NUMBER_WORDS), "size": [*SIZE_WORDS, "thin", "thick"], "brightness": ["dim", "bright"],
        "colour": list(COLOURS), "background": [f"on a {word} background" for word in GROUND_WORDS],
    }
    said = {word for phrases in groups.values() for phrase in phrases for word in phrase.split()}
    return {"pictures": "drawn fluorescence microscopy", "words": groups, "others": [word for word in vocabulary() if word not in said]}
