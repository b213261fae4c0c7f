/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.io;

import java.io.IOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The names that a pickle of {@code torch.save} may import: the types of storages, the functions
 * that make tensors of them – here a description of where the tensor lies –, and a few classes that
 * trainers leave in checkpoints and that are ignored. All other names are refused.
 */
class TorchNames implements Pickle.Names {

  /** A storage: all elements of one or more tensors, one after the other. */
  record Storage(DType dtype, String key, long count) {}

  /** A tensor: a part of a storage; offset and strides in elements. */
  record Tensor(Storage storage, DType dtype, long offset, long[] shape, long[] stride) {

    long count() {
      long count = 1;
      for (long size : shape) count = Math.multiplyExact(count, size);
      return count;
    }

    Strides strides() {
      return new Strides(shape, stride, dtype.bytes());
    }
  }

  /** A dict as a module, in which the first textual inversions have their vectors. */
  private static final class ParameterDict extends LinkedHashMap<Object, Object> {

    private static final long serialVersionUID = 1;
  }

  private static final Map<String, DType> STORAGES =
      Map.of(
          "FloatStorage", DType.F32,
          "HalfStorage", DType.F16,
          "BFloat16Storage", DType.BF16,
          "DoubleStorage", DType.F64,
          "LongStorage", DType.I64,
          "IntStorage", DType.I32,
          "ShortStorage", DType.I16,
          "CharStorage", DType.I8,
          "ByteStorage", DType.U8,
          "BoolStorage", DType.BOOL);

  /** The types of tensors whose storages have none of their own. */
  private static final Map<String, DType> TYPES =
      Map.of(
          "torch.float32", DType.F32,
          "torch.float16", DType.F16,
          "torch.bfloat16", DType.BF16,
          "torch.float64", DType.F64,
          "torch.float8_e4m3fn", DType.F8_E4M3,
          "torch.float8_e5m2", DType.F8_E5M2);

  /** Left in checkpoints beside the tensors by trainers; they tell nothing and become nothing. */
  private static final Set<String> LEFT =
      Set.of(
          "pytorch_lightning.callbacks.model_checkpoint.ModelCheckpoint",
          "pytorch_lightning.utilities.parsing.AttributeDict",
          "lightning.pytorch.callbacks.model_checkpoint.ModelCheckpoint",
          "numpy.core.multiarray.scalar",
          "numpy._core.multiarray.scalar",
          "numpy.dtype",
          "_codecs.encode",
          "__builtin__.set",
          "builtins.set",
          "torch.device");

  @Override
  public Object global(String module, String name) throws IOException {
    String full = module + "." + name;
    if (module.equals("torch") && STORAGES.containsKey(name)) return STORAGES.get(name);
    if (TYPES.containsKey(full)) return TYPES.get(full);
    if (LEFT.contains(full)) return (Pickle.Function) (arguments, budget) -> Pickle.NONE;
    return switch (full) {
      case "collections.OrderedDict" -> (Pickle.Function) TorchNames::dict;
      case "torch.nn.modules.container.ParameterDict" ->
          (Pickle.Function) (arguments, budget) -> new ParameterDict();
      case "torch.Size" -> (Pickle.Function) (arguments, budget) -> arguments.list(0);
      case "torch._utils._rebuild_tensor", "torch._utils._rebuild_tensor_v2" ->
          (Pickle.Function) TorchNames::tensor;
      case "torch._utils._rebuild_tensor_v3" -> (Pickle.Function) TorchNames::typedTensor;
      case "torch.storage.UntypedStorage", "torch.UntypedStorage" -> DType.U8;
      case "torch._utils._rebuild_parameter", "torch._utils._rebuild_parameter_with_state" ->
          (Pickle.Function) (arguments, budget) -> arguments.any(0);
      default ->
          throw new IOException(
              "its pickle asks for "
                  + full
                  + ", which no file of weights needs; it was refused and nothing was executed");
    };
  }

  /** An OrderedDict may be made of pairs; torch makes it empty and fills it. */
  private static Object dict(PickleValues arguments, Pickle.Budget budget) throws IOException {
    Map<Object, Object> dict = new LinkedHashMap<>();
    if (arguments.size() == 0) return dict;
    List<?> pairs = arguments.list(0);
    budget.spend(pairs.size());
    for (Object item : pairs) {
      PickleValues pair = PickleValues.of("an entry of a dict", item);
      if (Pickle.isKey(pair.any(0))) dict.put(pair.any(0), pair.any(1));
    }
    return dict;
  }

  private static Object tensor(PickleValues arguments, Pickle.Budget budget) throws IOException {
    PickleValues tensor = arguments.named("a tensor");
    Storage storage = tensor.of(0, Storage.class, "a storage");
    return tensor(tensor, storage, storage.dtype());
  }

  /** Makes a tensor of the type that is given from the bytes of a storage without one. */
  private static Object typedTensor(PickleValues arguments, Pickle.Budget budget)
      throws IOException {
    PickleValues tensor = arguments.named("a tensor");
    Storage storage = tensor.of(0, Storage.class, "a storage");
    return tensor(tensor, storage, tensor.of(6, DType.class, "a type that is read"));
  }

  private static Tensor tensor(PickleValues tensor, Storage storage, DType dtype)
      throws IOException {
    long offset = tensor.whole(1);
    long[] shape = tensor.wholes(2);
    long[] stride = tensor.wholes(3);
    boolean forward = Arrays.stream(stride).allMatch(step -> step >= 0);
    if (offset < 0
        || !forward
        || stride.length != shape.length
        || !StoredTensor.isPossible(shape)) {
      throw new IOException("a tensor in its pickle has no possible shape");
    }
    return new Tensor(storage, dtype, offset, shape, stride);
  }

  @Override
  public void state(Object object, Object state, Pickle.Budget budget) throws IOException {
    if (object instanceof ParameterDict dict
        && state instanceof Map<?, ?> module
        && module.get("_parameters") instanceof Map<?, ?> parameters) {
      budget.spend(parameters.size());
      dict.putAll(parameters);
    }
  }

  /** {@code ("storage", type, key, device, count)}, in old files with the view it is. */
  @Override
  public Object persistent(Object id) throws IOException {
    PickleValues parts = PickleValues.of("a storage", id);
    if (!"storage".equals(parts.any(0))) {
      throw new IOException("its pickle refers to something that is no storage of numbers");
    }
    if (parts.size() > 5 && parts.any(5) != Pickle.NONE) {
      throw new IOException("it holds views of storages, as PyTorch before 0.4 wrote them");
    }
    return new Storage(parts.of(1, DType.class, "a type"), parts.text(2), parts.whole(4));
  }
}
