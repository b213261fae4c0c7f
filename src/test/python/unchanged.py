"""Shows that a change of the sources changes no result: hashes what all commands make, and compares.

    unchanged.py hash TREE OUT.tsv [--quick] [--only REGEX]   runs the commands of a source tree
    unchanged.py compare A.tsv B.tsv [--kinds pixels,tables,info]   ends with 1 if lines differ

A copy of TREE is compiled with Maven and run in one Java process, without a screen. Only what a user can rely on is
used: labels and keys of commands, the macro runner that the pom's property mainClass names, and the tiny
models in src/test/resources. Python's standard library, Maven and a JDK of 17 to 23 are all it needs.
OUT.tsv has a line for each result:

    kind    pixels    type, sizes and all slices of an image
            info      its title, slices' labels, Info and other properties, without versions and paths
            display   its calibration, display ranges, colours, overlay, selection and position
            tables    the table of results with all digits
            logs      what was printed
            outcome   whether the macro ended well
            message   why it did not
    case, item, hash, and the text that was hashed, shortened
"""

import argparse
import hashlib
import itertools
import json
import os
import random
import re
import shutil
import struct
import subprocess
import sys
import tempfile
from pathlib import Path

KINDS = "pixels info display tables logs outcome message".split()
VARYING = "plugin djl pytorch imagej java os cpu".split()
SHOWN = 3000

SCHEDULERS = """ddim ddpm deis deis_k lms lms_k pndm heun heun_k euler euler_k euler_a kdpm_2 kdpm_2_k kdpm_2_a
kdpm_2_a_k dpmpp_2s dpmpp_2s_k dpmpp_2m dpmpp_2m_k dpmpp_3m dpmpp_3m_k dpmpp_2m_sde dpmpp_2m_sde_k dpmpp_sde
dpmpp_sde_k unipc unipc_k lcm tcd""".split()
STACKS = "latents=true noise=true predicted=true decoded=true "
WORDS = "prompt=[a photo of many bright green nuclei]"
BOTH = WORDS + " negative=[blurry, low contrast]"
TEXT, IMAGE, SHOW = "Text to Image...", "Image to Image...", "Show Latent..."
DECODE, DENOISE = "Decode Latent...", "Denoise Latent..."
SCHEDULE, TOKENS, INFO, MODELS = "Show Schedule...", "Show Tokens...", "Model Info...", "Models..."

HOST = r"""
import ij.*;
import ij.gui.*;
import ij.macro.Interpreter;
import ij.measure.ResultsTable;
import ij.plugin.filter.Analyzer;
import ij.process.*;
import java.io.*;
import java.lang.reflect.Field;
import java.lang.reflect.InvocationTargetException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.*;
import java.security.MessageDigest;
import java.util.*;

/** Runs macros one after the other through the program's main class, and writes what each left. */
public final class UnchangedHost {

  /** What System.exit has become. */
  static final class Ended extends SecurityException {
    final int status;

    Ended(int status) {
      this.status = status;
    }
  }

  /** Allows all but the end of the program. */
  static final class Trap extends SecurityManager {
    @Override
    public void checkExit(int status) {
      throw new Ended(status);
    }

    @Override
    public void checkPermission(java.security.Permission permission) {}

    @Override
    public void checkPermission(java.security.Permission permission, Object context) {}
  }

  private static PrintWriter out;

  public static void main(String[] args) throws Exception {
    Class<?> program = Class.forName(args[0], true, ClassLoader.getSystemClassLoader());
    ClassLoader macros = loader(program);
    if (macros != UnchangedHost.class.getClassLoader()) {
      Class<?> beside = Class.forName("UnchangedHost", true, macros);
      beside.getMethod("main", String[].class).invoke(null, (Object) args);
      return;
    }
    List<String> cases = Files.readAllLines(Path.of(args[1]));
    out = new PrintWriter(Files.newBufferedWriter(Path.of(args[2])));
    PrintStream console = System.err;
    System.setSecurityManager(new Trap());
    long start = System.nanoTime();
    for (int i = 0; i < cases.size(); i++) {
      String[] parts = cases.get(i).split("\t", 2);
      run(program, parts[0], parts[1].replace("\\n", "\n").replace("\\b", "\\"));
      if ((i + 1) % 50 == 0 || i + 1 == cases.size()) {
        long seconds = (System.nanoTime() - start) / 1_000_000_000;
        console.println((i + 1) + " of " + cases.size() + " macros, " + seconds + " s: " + parts[0]);
      }
    }
    out.close();
    System.setSecurityManager(null);
    Runtime.getRuntime().halt(0);
  }

  /** The loader of the ImageJ in which the program runs macros, whose images are seen there alone. */
  private static ClassLoader loader(Class<?> program) throws ReflectiveOperationException {
    try {
      Field loader = Class.forName(program.getName() + "$Silent", true, program.getClassLoader()).getDeclaredField("LOADER");
      loader.setAccessible(true);
      return (ClassLoader) loader.get(null);
    } catch (ClassNotFoundException itIsTheProgramsOwn) {
      return program.getClassLoader();
    }
  }

  private static void run(Class<?> program, String name, String macro) throws Exception {
    forget();
    Files.writeString(Path.of("case.ijm"), macro);
    PrintStream before = System.out, errors = System.err;
    ByteArrayOutputStream printed = new ByteArrayOutputStream(), said = new ByteArrayOutputStream();
    int status = -1;
    try {
      System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
      System.setErr(new PrintStream(said, true, StandardCharsets.UTF_8));
      program.getMethod("main", String[].class).invoke(null, (Object) new String[] {"case.ijm", ""});
    } catch (InvocationTargetException e) {
      if (!(e.getCause() instanceof Ended)) throw e;
      status = ((Ended) e.getCause()).status;
    } finally {
      System.setOut(before);
      System.setErr(errors);
    }
    write(name, "outcome", "", "status " + status);
    if (said.size() > 0) write(name, "message", "", said.toString(StandardCharsets.UTF_8));
    if (printed.size() > 0) write(name, "logs", "", printed.toString(StandardCharsets.UTF_8));
    int number = 0;
    for (int id : Interpreter.getBatchModeImageIDs()) {
      ImagePlus imp = Interpreter.getBatchModeImage(id);
      String item = "#" + ++number + " " + imp.getTitle();
      write(name, "pixels", item, pixels(imp));
      write(name, "info", item, info(imp));
      write(name, "display", item, display(imp));
    }
    List<String> titles = new ArrayList<>(List.of("Results"));
    titles.addAll(List.of(WindowManager.getNonImageTitles()));
    for (String title : titles) {
      ResultsTable table = title.equals("Results") ? ResultsTable.getResultsTable() : ResultsTable.getResultsTable(title);
      if (table != null && table.size() > 0) write(name, "tables", "", table(table));
    }
  }

  private static void forget() {
    for (int id : Interpreter.getBatchModeImageIDs()) {
      Interpreter.removeBatchModeImage(Interpreter.getBatchModeImage(id));
    }
    WindowManager.setTempCurrentImage(null);
    Analyzer.setResultsTable(new ResultsTable());
    for (String title : WindowManager.getNonImageTitles()) {
      IJ.selectWindow(title);
      IJ.run("Close");
    }
    IJ.setKeyUp(IJ.ALL_KEYS);
    IJ.resetEscape();
  }

  private static void write(String name, String kind, String item, String text) {
    String safe = text.replace("\\", "\\b").replace("\n", "\\n").replace("\t", "\\t").replace("\r", "\\r");
    out.println(name + "\t" + kind + "\t" + item + "\t" + safe);
    out.flush();
  }

  private static String pixels(ImagePlus imp) throws Exception {
    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    ImageStack stack = imp.getStack();
    for (int i = 1; i <= stack.size(); i++) digest.update(bytes(stack.getPixels(i)));
    String sizes = Arrays.toString(imp.getDimensions());
    return imp.getBitDepth() + " bit " + sizes + " " + hex(digest.digest());
  }

  private static byte[] bytes(Object pixels) {
    if (pixels instanceof byte[] values) return values;
    if (pixels instanceof short[] values) {
      ByteBuffer buffer = ByteBuffer.allocate(2 * values.length);
      buffer.asShortBuffer().put(values);
      return buffer.array();
    }
    if (pixels instanceof int[] values) {
      ByteBuffer buffer = ByteBuffer.allocate(4 * values.length);
      buffer.asIntBuffer().put(values);
      return buffer.array();
    }
    float[] values = (float[]) pixels;
    ByteBuffer buffer = ByteBuffer.allocate(4 * values.length);
    for (float value : values) buffer.putInt(Float.floatToRawIntBits(value));
    return buffer.array();
  }

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }

  private static String info(ImagePlus imp) throws Exception {
    StringBuilder text = new StringBuilder("title=" + imp.getTitle() + "\n");
    for (int i = 1; i <= imp.getStackSize(); i++) {
      text.append("label ").append(i).append('=').append(imp.getStack().getSliceLabel(i)).append('\n');
    }
    Map<String, Object> properties = new TreeMap<>();
    if (imp.getProperties() != null) {
      imp.getProperties().forEach((key, value) -> properties.put(key.toString(), value));
    }
    for (Map.Entry<String, Object> property : properties.entrySet()) {
      Object value = property.getValue();
      String shown = value instanceof String ? value.toString() : "an object";
      if (shown.length() > 20000) {
        byte[] whole = shown.getBytes(StandardCharsets.UTF_8);
        shown = shown.length() + " characters " + hex(MessageDigest.getInstance("SHA-256").digest(whole));
      }
      text.append("property ").append(property.getKey()).append(":\n").append(shown).append('\n');
    }
    return text.toString();
  }

  private static String display(ImagePlus imp) throws Exception {
    StringBuilder text = new StringBuilder(imp.getCalibration() + "\n");
    text.append("position ").append(imp.getChannel()).append(',').append(imp.getSlice()).append(',');
    text.append(imp.getFrame()).append(" hyperstack ").append(imp.isHyperStack()).append('\n');
    if (imp instanceof CompositeImage composite) {
      text.append("mode ").append(composite.getMode()).append('\n');
      for (int c = 1; c <= imp.getNChannels(); c++) text.append(lut(composite.getChannelLut(c)));
    } else {
      text.append(imp.getDisplayRangeMin()).append("..").append(imp.getDisplayRangeMax()).append('\n');
      if (imp.getBitDepth() != 24) text.append(lut(imp.getProcessor().getLut()));
    }
    text.append("selection ").append(roi(imp.getRoi()));
    if (imp.getOverlay() != null) {
      for (Roi roi : imp.getOverlay().toArray()) text.append("overlay ").append(roi(roi));
    }
    return text.toString();
  }

  private static String lut(LUT lut) throws Exception {
    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    return "lut " + lut.min + ".." + lut.max + " " + hex(digest.digest(lut.getBytes())) + "\n";
  }

  private static String roi(Roi roi) {
    if (roi == null) return "none\n";
    return roi.getTypeAsString() + " " + roi.getFloatBounds() + " " + roi.getStrokeColor() + "\n";
  }

  private static String table(ResultsTable table) {
    StringBuilder text = new StringBuilder();
    for (int c = 0; c <= table.getLastColumn(); c++) {
      if (table.columnExists(c)) text.append(table.getColumnHeading(c)).append('\t');
    }
    for (int row = 0; row < table.size(); row++) {
      text.append('\n').append(table.getLabel(row));
      for (int c = 0; c <= table.getLastColumn(); c++) {
        if (!table.columnExists(c)) continue;
        text.append('\t').append(table.getStringValue(c, row));
        double value = table.getValueAsDouble(c, row);
        if (!Double.isNaN(value)) text.append('|').append(value);
      }
    }
    return text.toString();
  }
}
"""

# ---------------------------------------------------------------------------------------------- models


def copy(target, *sources):
    """Copies folders' files, those of later folders over those of earlier ones; or a file."""
    for source in sources:
        if source.is_file():
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, target)
        else:
            shutil.copytree(source, target, dirs_exist_ok=True)


def settings_of(folder, target):
    """Copies the settings and the vocabulary of a folder, without weights and index."""
    for file in folder.glob("*/*"):
        if file.suffix in (".json", ".txt") and file.parent.name != "golden":
            copy(target / file.relative_to(folder), file)


def write_tensors(path, shapes):
    """Writes a safetensors file of random float32 tensors, the same each time."""
    draw, header, data = random.Random(7), {}, b""
    for name, shape in shapes.items():
        count = 1
        for size in shape:
            count *= size
        middle = 1.0 if "norm" in name and name.endswith("weight") else 0.0
        values = struct.pack(f"<{count}f", *(draw.gauss(middle, 0.3) for _ in range(count)))
        header[name] = {"dtype": "F32", "shape": shape, "data_offsets": [len(data), len(data) + len(values)]}
        data += values
    text = json.dumps(header).encode()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(struct.pack("<Q", len(text)) + text + data)


def text_encoder(folder, micro, width):
    """Writes a text encoder of another width than the tiny model's."""
    config = json.loads((micro / "text_encoder/config.json").read_text())
    tokens, places = config["vocab_size"], config["max_position_embeddings"]
    config |= {"hidden_size": width, "projection_dim": width, "intermediate_size": 2 * width}
    config |= {"num_hidden_layers": 2, "num_attention_heads": 2}
    shapes = {"embeddings.token_embedding.weight": [tokens, width]}
    shapes["embeddings.position_embedding.weight"] = [places, width]
    for layer in ("encoder.layers.0.", "encoder.layers.1."):
        for part in ("q_proj", "k_proj", "v_proj", "out_proj"):
            shapes[f"{layer}self_attn.{part}.weight"] = [width, width]
            shapes[f"{layer}self_attn.{part}.bias"] = [width]
        for part, out, into in (("fc1", 2 * width, width), ("fc2", width, 2 * width)):
            shapes[f"{layer}mlp.{part}.weight"] = [out, into]
            shapes[f"{layer}mlp.{part}.bias"] = [out]
        for part in ("layer_norm1", "layer_norm2"):
            shapes |= {f"{layer}{part}.weight": [width], f"{layer}{part}.bias": [width]}
    shapes |= {"final_layer_norm.weight": [width], "final_layer_norm.bias": [width]}
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "config.json").write_text(json.dumps(config))
    write_tensors(folder / "model.safetensors", {f"text_model.{k}": v for k, v in shapes.items()})


def place_variants(golden, tiny):
    """Puts each single U-Net and VAE into a copy of the tiny model; gives the models' names."""
    names, micro = [], golden / "models/micro-fp16"
    folders = sorted(golden.glob("unet/*")) + sorted(golden.glob("exotic/*")) + sorted(golden.glob("vae/*"))
    for folder in folders:
        part = "vae" if folder.parent.name == "vae" else "unet"
        target = tiny / f"{part}-{folder.name}"
        copy(target, micro)
        shutil.rmtree(target / part)
        copy(target / part, folder)
        width = json.loads((folder / "config.json").read_text()).get("cross_attention_dim", 8)
        if part == "unet":
            shutil.rmtree(target / "text_encoder")
            text_encoder(target / "text_encoder", micro, width if isinstance(width, int) else width[0])
        names.append(target.name)
    return names


def place_broken(golden, work):
    """Makes models and files that can't be used."""
    micro, tiny = golden / "models/micro-fp16", work / "tiny"
    for name in "cut nounet novocabulary badjson other scheduler mixed nothing".split():
        copy(tiny / f"bad-{name}", micro)
    weights = tiny / "bad-cut/unet/diffusion_pytorch_model.fp16.safetensors"
    weights.write_bytes(weights.read_bytes()[:-100])
    shutil.rmtree(tiny / "bad-nounet/unet")
    (tiny / "bad-novocabulary/tokenizer/vocab.json").unlink()
    (tiny / "bad-badjson/unet/config.json").write_text('{"in_channels": ')
    index = tiny / "bad-other/model_index.json"
    index.write_text(index.read_text().replace("StableDiffusionPipeline", "FluxPipeline"))
    (tiny / "bad-scheduler/scheduler/scheduler_config.json").write_text('{"prediction_type": "flow"}')
    shutil.rmtree(tiny / "bad-mixed/text_encoder")
    copy(tiny / "bad-mixed/text_encoder", golden / "models/sd1/text_encoder")
    shutil.rmtree(tiny / "bad-nothing")
    (tiny / "bad-nothing").mkdir()
    for key, value in json.loads((golden / "refused.json").read_text()).items():
        target = tiny / f"refused-{key}"
        copy(target, micro)
        config = target / "unet/config.json"
        config.write_text(json.dumps(json.loads(config.read_text()) | {key: value}))
    (work / "add/text.txt").write_text("no image, no model")
    (work / "add/empty.safetensors").write_text("")


def place_library(golden, work):
    """Makes the folders of models that commands find by name."""
    library = work / "models/diffusion"
    copy(library / "micro", golden / "models/micro-fp16")
    copy(library / "lora/ink.safetensors", golden / "lora/micro.safetensors")
    copy(library / "embeddings/ink.pt", golden / "embeddings/ink.pt")
    copy(library / "controlnet/edges", golden / "control/edges")
    copy(library / "taesd", golden / "taesd/taesd")
    (library / "broken.safetensors").write_text("")
    other = work / "other models"
    copy(other / "a b.ckpt", golden.parent / "original/micro.ckpt")
    copy(other / "owner/refiner", golden / "xl/refiner")


def place_models(tree, work):
    """Puts all models together from the tree's test resources; gives the names of variants."""
    resources = tree / "src/test/resources"
    golden = next(f for f in (resources / "golden", resources / "oracle") if f.is_dir())  # oracle in older trees
    original, tiny = resources / "original", work / "tiny"
    micro, xl = golden / "models/micro-fp16", golden / "xl/base"
    for name in ("sd1", "sd2"):
        copy(tiny / name, golden / "models" / name)
    copy(tiny / "micro", micro)
    copy(tiny / "sharded", golden / "models/micro-sharded")
    copy(tiny / "refiner", golden / "xl/refiner")
    copy(tiny / "inpaint", micro, golden / "inpaint")
    copy(tiny / "inpaint-v", micro, golden / "inpaint-v")
    copy(tiny / "lcm", micro, golden / "distilled/lcm")
    copy(tiny / "xl.safetensors", golden / "xl/base.safetensors")
    copy(tiny / "xl", xl)
    copy(tiny / "turbo.safetensors", golden / "xl/base.safetensors")
    copy(tiny / "turbo", xl)
    copy(tiny / "turbo/scheduler/scheduler_config.json", golden / "distilled/turbo.json")
    copy(tiny / "inpaint-xl.safetensors", golden / "inpaint-xl/model.safetensors")
    copy(tiny / "inpaint-xl", xl, golden / "inpaint-xl")
    (tiny / "inpaint-xl/model.safetensors").unlink()
    for ending in ("safetensors", "ckpt"):
        copy(tiny / f"single-{ending}.{ending}", original / f"micro.{ending}")
        settings_of(micro, tiny / f"single-{ending}")
    copy(tiny / "pickles", micro)
    for part, old, new in (
        ("text_encoder", "model.fp16.safetensors", "pytorch_model.bin"),
        ("vae", "diffusion_pytorch_model.fp16.safetensors", "diffusion_pytorch_model.bin"),
    ):
        (tiny / "pickles" / part / old).unlink()
        copy(tiny / "pickles" / part / new, original / f"{part}.bin")
    for name in ("lora", "lcm-lora", "control", "control-sd2", "embeddings", "taesd"):
        copy(work / "add" / name, golden / name)
    place_broken(golden, work)
    place_library(golden, work)
    return place_variants(golden, tiny)


# ---------------------------------------------------------------------------------------------- macros


def call(label, options=""):
    """The macro line that runs a command."""
    escaped = options.replace("\\", "\\\\").replace('"', '\\"')
    return f'run("{label}", "{escaped}");\n'


def model(name, precision="float32"):
    """The keys of a tiny model; empty for the one in the jar."""
    place = "" if not name else f"model=models/{name} " if "/" in name else f"model=tiny/{name} "
    return f"{place}precision={precision} "


SPOTS = "setColor(200); fillOval(8, 6, 14, 12); setColor(90); fillRect(25, 20, 9, 8);\n"
PICTURES = {
    "grey8": "newImage('In', '8-bit ramp', 40, 32, 1);" + SPOTS,
    "grey16": "newImage('In', '16-bit ramp', 40, 32, 1); setColor(40000); fillOval(8, 6, 14, 12);"
    "setMinAndMax(500, 50000); setVoxelSize(0.5, 0.25, 2, 'um');\n",
    "grey32": "newImage('In', '32-bit ramp', 40, 32, 1); setColor(-0.5); fillOval(8, 6, 14, 12);"
    "setMinAndMax(-1, 1.5); setMetadata('Info', 'before=this');\n",
    "rgb": "newImage('In', 'RGB ramp', 40, 32, 1); setColor(0, 180, 60); fillOval(8, 6, 14, 12);"
    "makeRectangle(2, 2, 5, 5); Overlay.addSelection('red'); run('Select None');\n",
    "odd": "newImage('In', 'RGB ramp', 37, 29, 1); setColor(180, 0, 60); fillOval(3, 6, 24, 12);\n",
    "composite": "newImage('In', '16-bit composite-mode', 24, 24, 3, 1, 1);"
    "for (c = 1; c <= 3; c++) { Stack.setChannel(c); setColor(9000 * c); fillOval(2 * c, c, 12, 14);"
    "setMinAndMax(100, 30000 + c); } Stack.setChannel(1);\n",
    "five": "newImage('In', '8-bit composite-mode', 24, 24, 5, 1, 1);"
    "for (c = 1; c <= 5; c++) { Stack.setChannel(c); setColor(40 * c); fillOval(2 * c, c, 12, 9); }"
    "Stack.setChannel(2);\n",
    "stack": "newImage('In', '8-bit ramp', 24, 20, 3); for (i = 1; i <= 3; i++) { setSlice(i);"
    "setColor(60 * i); fillOval(2 * i, 3, 12, 9); setMetadata('Label', 'z' + i); } setSlice(2);\n",
    "hyper": "newImage('In', '16-bit composite-mode', 20, 16, 2, 2, 2);"
    "for (i = 1; i <= 8; i++) { setSlice(i); setColor(5000 * i); fillOval(i, 3, 9, 9); }"
    "Stack.setPosition(2, 1, 2);\n",
    "stackrgb": "newImage('In', 'RGB ramp', 24, 20, 2); setSlice(2); setColor(9, 99, 199);"
    "fillOval(4, 4, 9, 9);\n",
}
AREAS = {
    "all": "",
    "rectangle": "makeRectangle(5, 4, 15, 11);\n",
    "oval": "makeOval(4, 3, 16, 12);\n",
    "polygon": "makePolygon(3, 2, 19, 5, 15, 15, 6, 13);\n",
    "edge": "makeRectangle(-4, 9, 13, 30);\n",
    "hole": "makeOval(2, 2, 18, 14); setKeyDown('alt'); makeOval(7, 5, 6, 6); setKeyDown('none');\n",
}
KINDS_OF_MODELS = ["", "micro", "sd1", "sd2", "xl.safetensors", "refiner", "inpaint", "inpaint-v",
                   "inpaint-xl.safetensors", "lcm", "turbo.safetensors"]  # fmt: skip


def size_of(name):
    """The keys of a small picture that a model makes."""
    return "width=64 height=64 " if name in ("", "sd1", "sd2") else "width=24 height=16 "


def every_scheduler():
    """Runs each scheduler on models of each kind, with the stacks of all steps."""
    for name, (number, scheduler) in itertools.product(KINDS_OF_MODELS, enumerate(SCHEDULERS)):
        steps, guidance = 3 + number % 3, (1, 7, 4)[number % 3]
        stacks = STACKS if name in ("micro", "sd1", "xl.safetensors") else "latents=true "
        options = f"steps={steps} guidance={guidance} scheduler={scheduler} seed={number} {stacks}"
        line = call(TEXT, model(name) + size_of(name) + options + (BOTH if guidance > 1 else WORDS))
        yield f"text {name or 'built-in'} {scheduler}", line
    for scheduler in SCHEDULERS:
        options = f"steps=4 guidance=7 scheduler={scheduler} seed=4294967295 {STACKS}"
        yield f"text bfloat16 {scheduler}", call(TEXT, model("sd1", "bfloat16") + options + BOTH)


def text_keys():
    """Turns the other keys of Text to Image, each with several values."""
    base = "steps=3 scheduler=euler seed=42 "
    variants = [
        "", "width=0 height=0 ", "width=64 ", "height=24 ", "steps=1 ", "steps=2 ", "steps=7 ", "guidance=0 ",
        "guidance=1 ", "guidance=1.5 ", "guidance=20 ", "clipskip=2 ", "clipskip=1 ", "weighting=false ",
        "weighting=true ", "preview=off ", "preview=linear ", "preview=decoded ", "device=cpu ",
        "device=auto ", "latents ", "noise ", "predicted ", "decoded ", "latents=0 noise=1 ",
        "precision=auto ", "seed=0 ", "seed=4294967295 ", "seed=123456789 ",
    ]  # fmt: skip
    prompts = [
        "prompt=[]", "prompt=[(green:1.5) nuclei]", "prompt=[((green)) [nuclei]]", "prompt=[a \\(b\\) c]",
        "prompt=[green BREAK nuclei] negative=[red BREAK blue]", "prompt=[x=y seed=5 'it']",
        "prompt=[" + "many green nuclei and " * 20 + "] negative=[few]", "prompt=nuclei negative=dark",
        "prompt=[a&#91;b&#93;c]", "prompt=[NUCLEI, Grün & 細胞]", "negative=[only this]",
    ]  # fmt: skip
    for name, option in itertools.product(("micro", "sd2"), variants):
        precision = "" if "precision" in option else "precision=float32 "
        line = call(TEXT, f"model=tiny/{name} {precision}{option}{base}{BOTH}")
        yield f"text {name} {option}", line.replace(base, without(base, option))
    for name, text in itertools.product(("micro", "sd1", "xl.safetensors", "refiner", ""), prompts):
        yield f"text {name} {text[:60]}", call(TEXT, model(name) + size_of(name) + base + text)
    for name in ("sharded", "single-safetensors.safetensors", "single-ckpt.ckpt", "pickles"):
        for precision in ("float32", "bfloat16"):
            yield f"text {name} {precision}", call(TEXT, model(name, precision) + base + STACKS + BOTH)
    for name in KINDS_OF_MODELS:
        yield f"text {name} bfloat16", call(TEXT, model(name, "bfloat16") + size_of(name) + base + BOTH)
    for precision in ("float32", "bfloat16"):
        options = model("", precision) + "steps=4 seed=7 " + STACKS
        yield f"text built-in {precision}", call(TEXT, options + "prompt=[several small blue vesicles]")
    yield "text named", call(TEXT, "model=micro precision=float32 " + base + WORDS)


def without(base, option):
    """Takes the keys out of a base that an option gives."""
    given = re.findall(r"(\w+)=", option)
    return " ".join(key for key in base.split() if key.split("=")[0] not in given) + " "


def variants_of_networks(names):
    """Runs every single U-Net and VAE in a tiny model."""
    for name in names:
        line = call(TEXT, model(name) + "steps=2 width=16 height=24 scheduler=euler seed=5 " + STACKS + BOTH)
        yield f"network {name}", line
        if name.startswith("vae"):
            yield f"network {name} latent", PICTURES["odd"] + call(SHOW, model(name)) + call(DECODE, model(name))


def loras():
    """Merges LoRAs of all kinds of files."""
    lists = {
        "sd1": ["kohya", "diffusers-old", "diffusers", "peft:0.5", "locon:0.9", "dora", "dora:0.5", "original:-1",
                "kohya:0", "kohya:0.8, add/lora/diffusers-old.safetensors:-0.5"],
        "micro": ["micro:0.7", "../lcm-lora/kohya", "../lcm-lora/diffusers:0.5"],
        "xl.safetensors": ["xl:0.75", "xl-projection:0.75"],
        "inpaint": ["micro"],
        "single-ckpt.ckpt": ["micro:0.7"],
    }  # fmt: skip
    for name, entries in lists.items():
        for entry, precision in itertools.product(entries, ("float32", "bfloat16")):
            scheduler = "lcm guidance=1" if "lcm" in entry else "dpmpp_2m_k"
            keys = f"steps=3 scheduler={scheduler} seed=3 lora=[{lora_path(entry)}] "
            yield f"lora {name} {entry} {precision}", call(TEXT, model(name, precision) + keys + BOTH)
    keys = "model=micro precision=float32 steps=2 seed=1 lora=[ink:0.5] "
    yield "lora by name", call(TEXT, keys + WORDS)
    yield "lora of image", PICTURES["rgb"] + call(IMAGE, keys + "strength=0.6 " + WORDS)
    yield "lora then none", call(TEXT, keys + WORDS) + call(TEXT, without(keys, "lora=") + WORDS)


def lora_path(entry):
    """Gives the path of the first entry its folder and ending, before the weight."""
    first, comma, rest = entry.partition(",")
    name, colon, weight = first.partition(":")
    ending = "" if name == "peft" else ".safetensors"
    return f"add/lora/{name}{ending}{colon}{weight}{comma}{rest}"


def embeddings():
    """Names textual inversions in prompts."""
    files = "embeddings=[add/embeddings/ink, add/embeddings/cat, add/embeddings/bad, add/embeddings/dots] "
    prompts = ["prompt=[a photo of ink, many <cat-toy> nuclei] negative=[bad, blurry]",
               "prompt=[(ink:1.2), dots] negative=[(bad:1.5)]", "prompt=[an INK picture BREAK dots]",
               "prompt=[" + "a " * 12 + "ink a]"]  # fmt: skip
    for text, weighting, scheduler in itertools.product(prompts, ("true", "false"), ("ddim", "unipc")):
        keys = f"steps=3 seed=42 scheduler={scheduler} weighting={weighting} {files}"
        yield f"embeddings {text} {weighting} {scheduler}", call(TEXT, model("micro") + keys + text)
        yield f"embedding tokens {text} {weighting}", call(
            TOKENS, f"model=tiny/micro weighting={weighting} {files}{text}")
    star = "embeddings=add/embeddings/star "
    keys = model("xl.safetensors") + size_of("xl") + "steps=2 seed=1 "
    yield "embeddings xl", call(TEXT, keys + star + "prompt=[a star of few nuclei] negative=[few star]")
    yield "embeddings named", call(TEXT, "model=micro precision=float32 steps=2 seed=1 embeddings=ink prompt=[ink]")
    yield "embeddings image", PICTURES["rgb"] + call(
        IMAGE, model("micro") + "steps=3 strength=0.7 seed=2 " + files + prompts[0])


def controls():
    """Steers by images, open ones and files."""
    edges = "newImage('My Edges, 2', 'RGB ramp', 32, 32, 1); setColor(0); fillOval(4, 9, 14, 12);\n"
    save = edges + "saveAs('Tiff', 'edges.tif'); rename('My Edges, 2');\n"
    net = "add/control/edges"
    entries = [net, f"{net}:0.8", f"{net}:1.5@0-0.6", f"{net}@0.3-1", f"{net}:0", f"{net}='My Edges, 2'",
               f"{net}:0.8@0-0.9='My Edges, 2', add/control/depth.safetensors:0.5='My Edges, 2'",
               "add/control/edges.pth", f"{net}=edges.tif"]  # fmt: skip
    for entry, scheduler in itertools.product(entries, ("ddim", "euler_k", "heun")):
        keys = f"steps=4 seed=40 scheduler={scheduler} width=16 height=16 control=[{entry}] "
        start = save if "tif" in entry else edges
        yield f"control {entry} {scheduler}", start + call(TEXT, model("micro") + keys + STACKS + BOTH)
    for name, entry in (("xl.safetensors", "add/control/xl"), ("sd2", "add/control-sd2"), ("inpaint", net)):
        for precision, guidance in itertools.product(("float32", "bfloat16"), (1, 5)):
            keys = f"steps=3 seed=4 guidance={guidance} control=[{entry}:0.9] "
            yield f"control {name} {precision} {guidance}", edges + call(TEXT, model(name, precision) + keys + BOTH)
            yield f"control image {name} {precision} {guidance}", edges + "makeOval(3, 3, 20, 19);" + call(
                IMAGE, model(name, precision) + keys + "strength=0.7 " + BOTH)
    keys = "steps=3 strength=0.6 seed=4 slices=all control=[add/control/edges] "
    yield "control slices", PICTURES["stack"] + call(IMAGE, model("micro") + keys + WORDS)
    yield "control by name", edges + call(TEXT, "model=micro precision=float32 steps=2 seed=1 control=edges " + WORDS)
    yield "control info", call(INFO, "model=add/control/edges") + "print(nResults);"
    yield "control info pth", call(INFO, "model=add/control/edges.pth")


def images():
    """Makes over images of all types in areas of all shapes."""
    base = "steps=6 scheduler=euler seed=3 "
    for picture, area, strength in itertools.product(PICTURES, AREAS, ("0", "0.3", "1")):
        keys = f"{base}strength={strength} {'latents decoded ' if area == 'oval' and strength == '0.3' else ''}"
        yield f"image {picture} {area} {strength}", PICTURES[picture] + AREAS[area] + call(
            IMAGE, model("micro") + keys + BOTH)
    options = [
        "feather=3 ", "feather=2.5 context=8 ", "context=4 ", "context=1000 ", "scale ", "scale=true feather=2 context=6 ",
        "intensity=full ", "intensity=display ", "channels=1 ", "strength=0.9 guidance=1 ", "strength=0.99 ",
        "steps=20 strength=0.05 ", "preview=decoded ", "preview=off ", "clipskip=2 ", "weighting=false ", STACKS,
        "feather=4 " + STACKS,
    ]  # fmt: skip
    for picture, area, option in itertools.product(("grey16", "rgb", "odd"), ("oval", "all"), options):
        if picture != "grey16" and "channels" in option:
            continue
        keys = without("steps=6 strength=0.6 scheduler=dpmpp_2m_k seed=5 ", option)
        yield f"image {picture} {area} {option}", PICTURES[picture] + AREAS[area] + call(
            IMAGE, model("micro") + option + keys + WORDS)
    ranges = ["intensity=given minimum=0 maximum=20000 ", "intensity=given minimum=-1 maximum=2 ", "intensity=full "]
    for picture, option in itertools.product(("grey8", "grey16", "grey32", "composite", "hyper"), ranges):
        yield f"image {picture} {option}", PICTURES[picture] + AREAS["oval"] + call(
            IMAGE, model("micro") + base + "strength=0.7 " + option + WORDS)
    for channels in ("3,2,1", "2", "0,0,4", "5,1", "1,1,1"):
        yield f"image five {channels}", PICTURES["five"] + AREAS["oval"] + call(
            IMAGE, model("micro") + base + f"strength=0.7 channels={channels} " + WORDS)
    for picture, seeds, stacks in itertools.product(("stack", "hyper", "stackrgb"), ("same", "consecutive"), ("", STACKS)):
        keys = base + f"strength=0.5 slices=all seeds={seeds} {stacks}"
        yield f"image {picture} {seeds} {stacks}", PICTURES[picture] + AREAS["oval"] + call(
            IMAGE, model("micro") + keys + WORDS)
        yield f"image {picture} {seeds} {stacks} current", PICTURES[picture] + call(
            IMAGE, model("micro") + keys.replace("slices=all", "slices=current") + WORDS)


def images_of_models():
    """Makes over an oval with each kind of model and each scheduler."""
    for name, strength, feather in itertools.product(KINDS_OF_MODELS, ("0.3", "0.7", "1"), ("", "feather=3 context=4 ")):
        keys = f"steps=5 strength={strength} scheduler=dpmpp_2m_k seed=8 {feather}"
        yield f"image by {name or 'built-in'} {strength} {feather}", PICTURES["rgb"] + AREAS["oval"] + call(
            IMAGE, model(name) + keys + BOTH)
    for scheduler, name in itertools.product(SCHEDULERS, ("micro", "inpaint", "sd2")):
        keys = f"steps=5 strength=0.6 guidance=5 scheduler={scheduler} seed=9 {STACKS}"
        yield f"image {name} by {scheduler}", PICTURES["grey8"] + AREAS["polygon"] + call(
            IMAGE, model(name) + keys + BOTH)
    for precision in ("float32", "bfloat16"):
        yield f"image built-in scaled {precision}", PICTURES["rgb"] + AREAS["oval"] + call(
            IMAGE, model("", precision) + "steps=4 strength=0.6 seed=1 scale feather=2 context=6 " + WORDS)


def latents():
    """Shows and decodes latents of all types of images."""
    for picture, area, option in itertools.product(PICTURES, AREAS, ("", "intensity=full ")):
        yield f"latent {picture} {area} {option}", PICTURES[picture] + AREAS[area] + call(
            SHOW, model("micro") + option) + call(DECODE, model("micro"))
    for option in ("intensity=given minimum=0 maximum=20000 ", "channels=1 ", "intensity=display "):
        yield f"latent grey16 {option}", PICTURES["grey16"] + call(SHOW, model("micro") + option)
    for channels in ("3,2,1", "2", "0,0,4", "5,1"):
        yield f"latent five {channels}", PICTURES["five"] + call(SHOW, model("micro") + f"channels={channels} ")
    for name, precision in itertools.product(KINDS_OF_MODELS + ["sharded"], ("float32", "bfloat16", "auto")):
        yield f"latent of {name} {precision}", PICTURES["odd"] + call(SHOW, model(name, precision)) + call(
            "Flip Horizontally", "stack") + call(DECODE, model(name, precision) + "device=cpu ")
    yield "latent saved", PICTURES["grey16"] + AREAS["oval"] + call(SHOW, model("micro")) + (
        "saveAs('Tiff', 'latent.tif'); close(); open('latent.tif');") + call(DECODE, model("micro"))
    yield "latent frames", call(TEXT, model("micro") + "steps=3 seed=1 latents " + WORDS) + (
        "selectImage('Latents by step'); Stack.setPosition(1, 1, 2);") + call(DECODE, model("micro"))


def resumed():
    """Stops runs and goes on from their latents."""
    for name, scheduler in itertools.product(("micro", "sd1", "inpaint"), SCHEDULERS):
        keys = f"scheduler={scheduler} seed=6 guidance=5 steps=5 "
        start = call(TEXT, model(name) + keys + "latents " + BOTH)
        select = "selectImage('Latents by step'); Stack.setPosition(1, 1, 3);\n"
        part = call(DENOISE, model(name) + keys + "to=4 " + STACKS + BOTH) + "rename('After 4');\n"
        rest = call(DENOISE, model(name) + keys + BOTH) + call(DECODE, model(name))
        yield f"resumed {name} {scheduler}", start + select + part + rest
    start = PICTURES["grey16"] + call(SHOW, model("micro"))
    for scheduler, option in itertools.product(
        SCHEDULERS, ("from=2 noised ", "from=0 to=3 noised=true ", "from=1 to=2 noised=false ")
    ):
        keys = f"steps=5 seed=11 scheduler={scheduler} {option}"
        yield f"denoise {scheduler} {option}", start + call(DENOISE, model("micro") + keys + WORDS)
    for name in ("micro", "inpaint", "xl.safetensors", "sd2"):
        keys = "steps=6 seed=2 scheduler=euler "
        stopped = PICTURES["rgb"] + AREAS["oval"] + call(
            IMAGE, model(name) + keys + "strength=0.7 feather=2 context=4 latents " + BOTH)
        select = "selectImage('Latents by step'); Stack.setPosition(1, 1, 3);\n"
        again = call(DENOISE, model(name) + keys + BOTH) + call(DECODE, model(name))
        yield f"resumed selection {name}", stopped + select + again
        file = "saveAs('Tiff', 'steps.tif'); close(); open('steps.tif'); Stack.setPosition(1, 1, 2);\n"
        yield f"resumed file {name}", stopped + select + file + again
        crop = "makeRectangle(1, 1, 5, 4); run('Crop');\n"
        yield f"resumed crop {name}", stopped + select + crop + again
    keys = "steps=5 seed=7 scheduler=ddim "
    handed = call(TEXT, model("xl.safetensors") + size_of("xl") + keys + "latents " + BOTH) + (
        "selectImage('Latents by step'); Stack.setPosition(1, 1, 4);\n")
    for precision, option in itertools.product(("float32", "bfloat16"), ("", "latents decoded ", "clipskip=2 ")):
        yield f"handed over {precision} {option}", handed + call(
            DENOISE, model("refiner", precision) + keys + option + BOTH)
    for option in ("lora=[add/lora/micro.safetensors:0.5] ", "embeddings=add/embeddings/ink ", "weighting=false ",
                   "preview=off ", "device=cpu ", "guidance=1 "):
        yield f"denoise with {option}", start + call(
            DENOISE, model("micro") + "steps=4 from=1 noised seed=3 " + option + "prompt=[(ink:1.3)]")


def schedules():
    """Plots and lists what schedulers plan."""
    for scheduler, steps, strength in itertools.product(SCHEDULERS, (1, 5, 20), ("1", "0.3")):
        if steps * float(strength) >= 1:
            yield f"schedule {scheduler} {steps} {strength}", call(
                SCHEDULE, f"steps={steps} strength={strength} scheduler={scheduler} ")
    for name, scheduler in itertools.product(KINDS_OF_MODELS[1:], ("all", "euler_k", "lcm,tcd", "ddim, dpmpp_2m_k")):
        yield f"schedule {name} {scheduler}", call(SCHEDULE, f"steps=7 scheduler=[{scheduler}] model=tiny/{name}")
    yield "schedule numbers", call(SCHEDULE, "steps=10 scheduler=unipc_k") + (
        "for (i = 0; i < Table.size; i++) print(d2s(Table.get('sigma', i), -16), d2s(Table.get('step', i), -16));")
    yield "schedule default", call(SCHEDULE, "steps=20")
    yield "schedule saved", call(SCHEDULE, "steps=6 strength=0.5 scheduler=all") + (
        "Table.save('schedule.csv'); print(File.openAsString('schedule.csv'));")


def tables():
    """Lists tokens and models."""
    prompts = ["prompt=[many green nuclei] negative=[blurry]", "prompt=[(a:1.3) [b] \\(c\\) BREAK d]", "prompt=[]",
               "prompt=[" + "nuclei and cells " * 15 + "]", "prompt=[naïve 細胞 it's 3.14]", "negative=[x]"]  # fmt: skip
    for name, text, weighting in itertools.product(KINDS_OF_MODELS, prompts, ("true", "false")):
        place = f"model=tiny/{name} " if name else ""
        yield f"tokens {name} {text[:50]} {weighting}", call(TOKENS, f"{place}weighting={weighting} {text}")
    others = ["sharded", "pickles", "single-safetensors.safetensors", "single-ckpt.ckpt"]
    for name in KINDS_OF_MODELS + others:
        yield f"model info {name}", call(INFO, f"model=tiny/{name}" if name else "model=[]")
    yield "models default", call(MODELS, "checksums=false folder=[]")
    yield "models checksums", call(MODELS, "checksums=true folder=[]")
    yield "models other", call(MODELS, "folder=[other models]") + call(INFO, "model=[a b.ckpt]")
    yield "models other checksums", call(MODELS, "checksums")
    yield "models back", call(MODELS, "folder=[]")


def recorded():
    """Runs the macro line of a result's Info again, and the macros that the tree comes with."""
    again = "text = getMetadata('Info'); at = indexOf(text, 'macro='); line = substring(text, at + 6);"
    again += "line = substring(line, 0, indexOf(line, '\\n')); print(line); eval(line);\n"
    for number, text in enumerate(["prompt=[a \\(b\\) c]", "prompt=[x=y seed=5]", "prompt=[it's] negative=[q]"]):
        options = model("micro") + f"steps=3 seed={number} latents lora=[add/lora/micro.safetensors:0.7] "
        yield f"recorded text {text}", call(TEXT, options + text) + again
        yield f"recorded image {text}", PICTURES["rgb"] + AREAS["oval"] + call(
            IMAGE, model("micro") + "steps=4 strength=0.6 feather=2 seed=1 " + text) + again
    for label in (SHOW, SCHEDULE):
        options = model("micro") if label == SHOW else "steps=5 scheduler=heun,lms"
        yield f"recorded {label}", PICTURES["rgb"] + call(label, options) + again


def macros(tree):
    """The macros that the tree comes with, but for those that take long or ask for a folder."""
    for name in "text_to_image image_to_image show_latent decode_latent denoise_latent schedules steps".split():
        text = (tree / f"macros/{name}.ijm").read_text().replace("getArgument()", "'out'")
        yield f"macro {name}", text.replace('"Denoise Latent...", "', '"Denoise Latent...", "seed=1 ')


def messages(tree):
    """Asks for what can't be, for the messages."""
    tiny = "model=tiny/micro precision=float32 steps=2 seed=1 "
    for option in """steps=0 steps=-3 steps=1.5 steps=many steps=2000 steps= width=12 width=-8 height=1000000 height=x
        guidance=NaN guidance=-1 guidance=x scheduler=eulr scheduler= scheduler=all seed=4294967296 seed=-2 seed=x
        precision=int4 precision=float16 device=tpu device=gpu preview=maybe preview=tiny latents=maybe noise=2
        stepz=3 strength=0.5 clipskip=0 clipskip=99 clipskip=x weighting=perhaps lora=none lora=add/lora/kohya.safetensors
        lora=add/lora/xl.safetensors lora=add/text.txt lora=add/empty.safetensors lora=[add/lora/micro.safetensors:x]
        lora=[,] lora=add/control/edges embeddings=none embeddings=add/embeddings/star
        embeddings=add/lora/kohya.safetensors embeddings=add/text.txt control=none control=add/control/edges
        control=add/control/edges:x control=add/control/edges@0.9-0.1 control=add/control/xl=In
        control=add/lora/kohya.safetensors=In control=add/control/edges=[no-image] control=add/control/edges=add/text.txt
        prompt=[open prompt=green_nuclei=x Prompt=[capital] model""".split():
        base = without(tiny, option)
        yield f"message text {option}", call(TEXT, base + option)
        yield f"message image {option}", PICTURES["rgb"] + call(IMAGE, base + option)
    yield "message two words", call(TEXT, tiny + "prompt=green nuclei")
    yield "message twice", call(TEXT, tiny + "embeddings=[add/embeddings/ink, add/embeddings/ink.pt] prompt=ink")
    bad = sorted(p.name for p in (tree / "tiny").glob("bad-*")) + sorted(p.name for p in (tree / "tiny").glob("refused-*"))
    for name, label in itertools.product(bad, (TEXT, INFO, TOKENS)):
        options = "steps=1 seed=1 width=16 height=16 precision=float32 " if label == TEXT else ""
        yield f"message {label} {name}", call(label, f"model=tiny/{name} {options}")
    for path in ("src", "no/such/model", "case.ijm", "add/text.txt", "add/empty.safetensors", "add/lora/kohya.safetensors",
                 "add/control/edges", "add/taesd/taesd_decoder.pth", "broken.safetensors", "mikro"):
        for label in (TEXT, INFO, SCHEDULE, TOKENS):
            yield f"message {label} {path}", call(label, f"model={path}")
    for option in """strength=1.01 strength=-0.1 strength=0.01 feather=-1 feather=x context=-1 context=x scale=maybe
        channels=4 channels=0 channels=a,b channels=1,2,3,4 intensity=some minimum=0 maximum=9
        slices=some seeds=other width=64 from=1""".split():
        yield f"message image option {option}", PICTURES["grey16"] + call(IMAGE, tiny + option)
    for option in ("intensity=given minimum=9 maximum=1 ", "intensity=display maximum=4095 ", "intensity=given "):
        for picture, label in itertools.product(("grey16", "rgb"), (IMAGE, SHOW)):
            keys = tiny if label == IMAGE else "model=tiny/micro precision=float32 "
            yield f"message {label} {picture} {option}", PICTURES[picture] + call(label, keys + option)
    for label in (IMAGE, SHOW, DECODE, DENOISE):
        keys = "model=tiny/micro precision=float32 "
        yield f"message {label} without image", call(label, keys)
        yield f"message {label} on grey", PICTURES["grey8"] + "makeLine(2, 2, 9, 9);" + call(label, keys + "seed=1 ")
        yield f"message {label} on point", PICTURES["grey8"] + "makePoint(2, 2);" + call(label, keys)
        yield f"message {label} on parts", PICTURES["grey8"] + (
            "makeRectangle(1, 1, 3, 3); setKeyDown('shift'); makeRectangle(9, 9, 3, 3);") + call(label, keys)
        yield f"message {label} outside", PICTURES["grey8"] + "makeRectangle(100, 100, 5, 5);" + call(label, keys)
        yield f"message {label} on colours", PICTURES["rgb"] + "run('8-bit Color', 'number=8');" + call(label, keys)
        yield f"message {label} on numbers", (
            "newImage('In', '32-bit composite-mode', 4, 4, 4, 1, 1); setPixel(1, 1, NaN);") + call(label, keys)
        yield f"message {label} flat", "newImage('In', '32-bit black', 16, 16, 1);" + call(label, keys + "intensity=full")
    for option in "from=9 to=0 to=99 from=3;to=1 from=-2 to=x noised=maybe latents=x".split():
        yield f"message denoise {option}", PICTURES["grey8"] + call(SHOW, "model=tiny/micro precision=float32") + call(
            DENOISE, tiny + option.replace(";", " "))
    yield "message denoise other model", PICTURES["grey8"] + call(SHOW, "model=tiny/micro precision=float32") + call(
        DENOISE, "model=tiny/sd1 precision=float32 steps=4 from=1 seed=1 ") + call(DECODE, "model=tiny/sd1 precision=float32")
    for option in """strength=0 strength=0.04 strength=1.5 steps=0 steps=2000 scheduler=eulr scheduler=euler,eulr scheduler=,
        seed=3 model=no/such""".split():
        yield f"message schedule {option}", call(SCHEDULE, option)
    yield "message schedule all", call(SCHEDULE, "strength=0 scheduler=all")
    for option in ("folder=no/such", "folder=case.ijm", "checksums=maybe", "folders=x"):
        yield f"message models {option}", call(MODELS, option)
    for option in ("", "name=x", "hub=http://localhost:9 name=[owner/name]", "accept=maybe",
                   "hub=http://localhost:9 name=[a/b] revision=[../x] accept=true",
                   "accept=true hub=[nowhere] name=[a/b]", "accept=true hub=http://localhost:9 variant=[/] name=[a/b]"):
        yield f"message get {option}", call("Get Model...", option or "name=[]")
    yield "message unknown command", call("No Such Command")
    yield "message line", "a = 1;\n" + call(TEXT, "steps=0") + "newImage('b', '8-bit', 9, 9, 1);"
    yield "message exit", "exit('no');"
    yield "message syntax", "x = ;"
    yield "message fails after", call(TEXT, tiny + WORDS) + call(TEXT, "model=tiny/micro steps=x")


GROUPS = (every_scheduler, text_keys, loras, embeddings, controls, images, images_of_models, latents, resumed, schedules,
          tables, recorded)  # fmt: skip


def cases(tree, work, names, quick):
    """All cases as names and macros, in their order; of a quick run every seventh of each group."""
    groups = [list(group()) for group in GROUPS]
    groups += [list(variants_of_networks(names)), list(macros(tree)), list(messages(work))]
    chosen = [case for group in groups for case in (group[:: 7 if len(group) > 20 else 2] if quick else group)]
    seen = {}
    for name, macro in chosen:
        name = " ".join(name.split())
        seen[name] = seen.get(name, 0) + 1
        yield (name if seen[name] == 1 else f"{name} ({seen[name]})"), macro


# ---------------------------------------------------------------------------------------------- running


def maven(tree, work):
    """Compiles a copy of the tree, so that no class of an earlier build is in it; gives its class path."""
    listed, copied = work / "classpath.txt", work / "tree"
    copy(copied / "src/main", tree / "src/main")
    for file in (tree / "pom.xml", tree / "plugins.config"):
        copy(copied / file.name, file)
    goals = ["compile", "dependency:build-classpath", "-DincludeScope=runtime", f"-Dmdep.outputFile={listed}"]
    subprocess.run(["mvn", "-q", "-f", str(copied / "pom.xml"), *goals], check=True)
    return f"{copied / 'target/classes'}{os.pathsep}{listed.read_text().strip()}"


def main_class(tree):
    """The macro runner, as the pom says."""
    return re.search(r"<mainClass>([\w.]+)</mainClass>", (tree / "pom.xml").read_text()).group(1)


def run(tree, work, chosen):
    """Runs macros in one Java process; gives the lines that it wrote."""
    class_path = maven(tree, work)
    host = work / "host"
    host.mkdir()
    (host / "UnchangedHost.java").write_text(HOST)
    subprocess.run(["javac", "-nowarn", "-Xlint:none", "-cp", class_path, "-d", host, host / "UnchangedHost.java"],
                   check=True, stderr=subprocess.DEVNULL)  # fmt: skip
    lines = ("\t".join((name, macro.replace("\\", "\\b").replace("\n", "\\n"))) for name, macro in chosen)
    (work / "cases.txt").write_text("\n".join(lines) + "\n")
    properties = {
        "user.home": work / "home", "java.security.manager": "allow", "java.awt.headless": "true",
        "OPT_OUT_TRACKING": "true", "DJL_CACHE_DIR": Path.home() / ".djl.ai", "plugins.dir": work / "plugins",
        "file.encoding": "UTF-8",
    }  # fmt: skip
    for name in ("home", "out", "plugins"):
        (work / name).mkdir()
    environment = {"OMP_WAIT_POLICY": "PASSIVE", "GOMP_SPINCOUNT": "0"}  # threads that wait leave the cores to others
    command = ["java", *(f"-D{key}={value}" for key, value in properties.items())]
    command += ["-cp", f"{host}{os.pathsep}{class_path}", "UnchangedHost", main_class(tree), "cases.txt", "results.txt"]
    subprocess.run(command, cwd=work, check=True, env=environment | os.environ)
    return (work / "results.txt").read_text().splitlines()


def plain(text, tree, work):
    """A text without what may vary: versions, the machine, and where the files lie."""
    for key in VARYING:
        text = re.sub(rf"(?m)^{key}=.*$", f"{key}=…", text)
    return text.replace(str(work), "WORK").replace(str(tree), "TREE")


def unescaped(text):
    """Reads the host's escapes."""
    return re.sub(r"\\(.)", lambda found: {"n": "\n", "t": "\t", "r": "\r", "b": "\\"}[found.group(1)], text)


def hashed(line, tree, work):
    """A line of the host as a line of the list."""
    name, kind, item, text = line.split("\t", 3)
    text = plain(unescaped(text), tree, work)
    digest = hashlib.sha256(text.encode()).hexdigest()[:32]
    shown = text[:SHOWN].replace("\\", "\\\\").replace("\n", "\\n").replace("\t", "\\t").replace("\r", "\\r")
    return "\t".join((kind, name, plain(item, tree, work), digest, shown))


def hash_tree(tree, out, quick, only):
    """Hashes all results of a tree into a file."""
    tree = Path(tree).resolve()
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder).resolve()
        names = place_models(tree, work)
        chosen = [case for case in cases(tree, work, names, quick) if re.search(only, case[0])]
        print(f"{len(chosen)} macros", file=sys.stderr)
        lines = [hashed(line, tree, work) for line in run(tree, work, chosen)]
    Path(out).write_text("\n".join(lines) + "\n")
    print(f"{len(lines)} results in {out}", file=sys.stderr)


# ---------------------------------------------------------------------------------------------- comparing


def read(path, kinds):
    """The hashes and texts of a list, by kind, case and item."""
    rows = (line.split("\t") for line in Path(path).read_text().split("\n") if line)
    return {tuple(row[:3]): (row[3], row[4]) for row in rows if row[0] in kinds}


def difference(a, b):
    """The part of two texts where they begin to differ."""
    at = next((i for i, (x, y) in enumerate(zip(a, b)) if x != y), min(len(a), len(b)))
    start = max(0, at - 40)
    return f"        {a[start : at + 80]!r}\n        {b[start : at + 80]!r}"


def compare(first, second, kinds):
    """Prints all lines that differ; gives whether there are none."""
    a, b = read(first, kinds), read(second, kinds)
    count = 0
    for key in sorted(a.keys() | b.keys()):
        name = " | ".join(key)
        if key not in a or key not in b:
            print(f"only in {first if key in a else second}: {name}")
        elif a[key][0] != b[key][0]:
            print(f"differs: {name}\n{difference(a[key][1], b[key][1])}")
        else:
            continue
        count += 1
    print(f"{len(a)} and {len(b)} results, {count} differ")
    return count == 0


def main():
    """Reads the arguments."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    tasks = parser.add_subparsers(dest="task", required=True)
    task = tasks.add_parser("hash")
    task.add_argument("tree")
    task.add_argument("out")
    task.add_argument("--quick", action="store_true", help="a subset that takes a fifth of the time")
    task.add_argument("--only", default="", help="only cases in whose names this regular expression is found")
    task = tasks.add_parser("compare")
    task.add_argument("first")
    task.add_argument("second")
    task.add_argument("--kinds", default=",".join(KINDS), help="which lines, with commas: " + ",".join(KINDS))
    given = parser.parse_args()
    if given.task == "hash":
        hash_tree(given.tree, given.out, given.quick, given.only)
    elif unknown := set(given.kinds.split(",")) - set(KINDS):
        parser.error(f"no such kinds: {', '.join(sorted(unknown))}")
    elif not compare(given.first, given.second, given.kinds.split(",")):
        sys.exit(1)


if __name__ == "__main__":
    main()
