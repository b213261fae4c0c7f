/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.pipeline;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import sc.fiji.latentdiffusion.addons.LoadedAddOns;
import sc.fiji.latentdiffusion.addons.SteeredDenoiser;
import sc.fiji.latentdiffusion.addons.Steering;
import sc.fiji.latentdiffusion.addons.WordNotes;
import sc.fiji.latentdiffusion.caching.CacheOptions;
import sc.fiji.latentdiffusion.caching.WholeEvaluations;
import sc.fiji.latentdiffusion.models.AttentionProbe;
import sc.fiji.latentdiffusion.models.Conditioning;
import sc.fiji.latentdiffusion.models.LoadedModel;
import sc.fiji.latentdiffusion.models.SeenChannels;
import sc.fiji.latentdiffusion.models.Sight;
import sc.fiji.latentdiffusion.models.prompts.Prompt;
import sc.fiji.latentdiffusion.models.prompts.Prompts;
import sc.fiji.latentdiffusion.models.prompts.RegionPrompts;
import sc.fiji.latentdiffusion.models.prompts.TokenBlock;
import sc.fiji.latentdiffusion.models.prompts.TokenRows;
import sc.fiji.latentdiffusion.random.NoiseBatch;
import sc.fiji.latentdiffusion.sampler.Answer;
import sc.fiji.latentdiffusion.sampler.Evaluated;
import sc.fiji.latentdiffusion.sampler.KnownLatents;
import sc.fiji.latentdiffusion.sampler.Sampler;
import sc.fiji.latentdiffusion.sampler.TiledModel;
import sc.fiji.latentdiffusion.schedulers.Evaluation;
import sc.fiji.latentdiffusion.schedulers.NoiseSchedule;
import sc.fiji.latentdiffusion.schedulers.Plan;
import sc.fiji.latentdiffusion.settings.KeyCheck;
import sc.fiji.latentdiffusion.views.Tiling;
import sc.fiji.latentdiffusion.views.View;

/**
 * One run of a model: iterate its evaluations once, then ask for the latents or the picture.
 * Nothing is computed and no weights are read before the first evaluation is asked for. Progress,
 * previews, stacks and cancelling are consumers of this one sequence. Not for use by several
 * threads.
 */
public final class Run implements Iterable<Evaluated>, AutoCloseable {

  private final LatentDiffusion model;
  private final LoadedModel networks;
  private final Request request;
  private final Start start;
  private final LoadedAddOns addOns;
  private final RunSteps steps;
  private final List<String> notes;
  private final RegionPrompts regions;
  private final WholeEvaluations whole;
  private final NDManager memory;
  private NoiseBatch noise;
  private Beginning beginning;
  private Sampler sampler;
  private IntConsumer viewListener = done -> {};
  private AttentionProbe.Wish wish = AttentionProbe.Wish.NONE;

  /**
   * @param model that runs
   * @param request all that decides the result
   * @param start of the run
   * @param addOns of the run
   * @throws IllegalArgumentException if the model can't make pictures of this size
   */
  Run(LatentDiffusion model, Request request, Start start, LoadedAddOns addOns) {
    this.model = model;
    this.start = start;
    this.addOns = addOns;
    networks = model.networks();
    start.requireSeeing(model.sight());
    Request sized = start.resolved(RequestFit.fitted(request, model), model);
    model.requireSize(sized);
    sized.guidance().require(sized.steps());
    Request known =
        sized
            .withDrawnSeed()
            .withHardware(model.precision(), model.device())
            .withGuidanceFor(model.words())
            .withTiling(sized.tiling().resolved(model.multiple()));
    NoiseSchedule schedule = model.noiseSchedule(known);
    this.request = known.withGuidance(known.guidance().resolved(schedule.prediction()));
    steps = start.steps(schedule, this.request);
    notes = RunNotes.of(this.request, model, schedule, steps);
    start.strengthNote(request.strength(), this.request).ifPresent(notes::add);
    regions = regions(this.request.prompting().prompt());
    whole = whole(this.request.sampling().cache());
    memory = model.manager().newSubManager();
  }

  private WholeEvaluations whole(CacheOptions cache) {
    boolean keeps = model.declaration().keptChannels() > 0;
    cache.require(keeps, StepRange.repeats(request), StepRange.count(plan()));
    return WholeEvaluations.of(
        cache,
        plan().evaluations(),
        evaluation -> steps.guided().isWithin(evaluation.step(), cache.from(), cache.to()),
        this::computed);
  }

  /** Returns whether both halves are computed at an evaluation, and which add-ons steer them. */
  private List<Boolean> computed(Evaluation evaluation) {
    List<Boolean> computed = new ArrayList<>();
    computed.add(steps.guided().isGuided(evaluation.step()));
    for (Steering one : addOns.steering()) {
      computed.add(one.acts(steps.before() + evaluation.index(), steps.evaluations()));
    }
    return computed;
  }

  private RegionPrompts regions(String prompt) {
    return networks.denoiser().takes().prompts()
        ? start.regions(prompt, model.factor())
        : RegionPrompts.of(prompt);
  }

  /**
   * Computes the run, one evaluation a call.
   *
   * @return the evaluations; the tensors of each are valid until the next call
   * @throws IllegalStateException if the run was iterated before
   */
  @Override
  public Iterator<Evaluated> iterator() {
    if (plan().isEmpty()) return Collections.emptyIterator();
    return speed().timed(begin(), networks.kernels(), request);
  }

  /**
   * Begins to compute the run, which has at least one evaluation.
   *
   * @return its evaluations
   * @throws IllegalStateException if the run was begun before
   */
  Sampler begin() {
    prepare();
    // 2. Predict: the denoiser takes the prompts, add-ons steer it, guidance joins both halves;
    // in each view of a large picture.
    return begin(inViews(guidance(batch(), beginning.seen())));
  }

  /** 1. Noise of the seed, in latent space; mixed with the picture's latents if there is one. */
  void prepare() {
    requireFresh();
    noise = request.sampling().noise();
    beginning = Beginning.of(start, model, request, plan(), noise, memory);
  }

  /**
   * Returns what the run's prompts predict.
   *
   * @param samples number of them
   * @param seen channels of an image, of the samples or for all of them
   */
  Guidance guidance(int samples, SeenChannels seen) {
    return new Guidance(
        networks,
        regions,
        prompted(samples, seen),
        steps.guided(),
        beginning.latents(),
        wish,
        memory);
  }

  /** 3. Subtract as the plan says; the known region is put back before each evaluation. */
  Sampler begin(Sampler.Model predicting) {
    sampler =
        new Sampler(
            plan(),
            beginning.latents(),
            noise,
            networks.kernels(),
            predicting,
            beginning.constraint());
    return sampler;
  }

  /** Returns the channels of an image that the denoiser sees, once the run is prepared. */
  SeenChannels seenChannels() {
    return beginning.seen();
  }

  /**
   * Returns whether this run and others can be predicted together: it has one answer, one prompt
   * and one view, and neither attention, inner states nor add-ons that steer it belong to it alone.
   */
  boolean canJoin() {
    boolean isPlain = batch() == 1 && size() > 0 && regions.isOne() && views().size() == 1;
    boolean isSteered = !addOns.steering().isEmpty() || model.isGuidedByImage();
    return isPlain && !isSteered && !wish.isAny() && !whole.isAnyReused();
  }

  /** Returns whether all but the picture and the seed is that of another run. */
  boolean isLike(Run other) {
    return request.withSeed(0).equals(other.request.withSeed(0))
        && model == other.model
        && start.noiseLevel() == other.start.noiseLevel()
        && plan().equals(other.plan());
  }

  /**
   * Returns what takes note of the speed: of several prompts, which are slower, nothing lasting.
   */
  Speed speed() {
    return regions.isOne() ? model.speed() : new Speed();
  }

  private Map<String, Guidance.Prompted> prompted(int samples, SeenChannels seen) {
    Map<String, Guidance.Prompted> prompted = new HashMap<>();
    for (String text : regions.texts()) {
      SteeredDenoiser whole = steered(prompts(text), samples, seen);
      boolean isAlone = !regions.isOne() || !request.guidance().isConstant();
      Prompts one = Prompts.of(request.prompting().of(text));
      SteeredDenoiser alone = isAlone ? steered(one, samples, seen) : null;
      prompted.put(text, new Guidance.Prompted(whole, alone));
    }
    return prompted;
  }

  /** The rows are the states of as many tokens. */
  private NDArray states(TokenRows rows) {
    Shape shape = new Shape(1, rows.rows().size(), rows.width());
    try (NDArray numbers = memory.create(rows.numbers(), shape)) {
      return networks.kernels().tensors().cast(memory, numbers, networks.precision());
    }
  }

  private SteeredDenoiser steered(Prompts prompts, int samples, SeenChannels seen) {
    Conditioning encoded =
        model
            .conditioner()
            .encode(
                prompts.with(addOns.words()),
                seen(request.width()),
                seen(request.height()),
                memory);
    Optional<TokenRows> rows = request.prompting().rows();
    if (rows.isPresent()) encoded = encoded.withStates(states(rows.get()));
    int entries = prompts.batch().size();
    boolean isByImage = entries > 1 && model.isGuidedByImage();
    SeenChannels channels = isByImage ? seen.unseenFirst(samples) : seen.times(entries);
    int label = request.prompting().label();
    Conditioning conditioning =
        (isByImage ? encoded.firstTwice() : encoded)
            .repeated(samples)
            .withChannels(channels)
            .withGuidanceScale(request.guidance().largest())
            .withLabel(
                model.sight().map(one -> one.toldClass(label, start.noiseLevel())).orElse(label));
    return new SteeredDenoiser(
        networks.denoiser().begin(conditioning, memory), steering(conditioning), whole);
  }

  /**
   * 4. Decodes the present latents.
   *
   * @return {@code [b, 3, h, w]}, float32, about −1…1, not clamped, valid until {@link #close}
   * @throws IllegalStateException if latents or picture hold numbers that are not finite
   */
  public NDArray picture() {
    return model.decode(latents(), memory, Optional.of(request));
  }

  /**
   * Returns the present latents, after the last evaluation the final ones; without any evaluation
   * the picture's.
   *
   * @return {@code [b, c, h, w]}, float32, valid until the next evaluation or {@link #close}
   * @throws IllegalStateException if they hold numbers that are not finite, or the run was not
   *     iterated
   */
  public NDArray latents() {
    if (plan().isEmpty()) return start.latents(model, memory).orElseThrow();
    if (sampler == null)
      throw new IllegalStateException("The run has no latents before it is iterated.");
    boolean isFinal = !sampler.hasNext() && steps.isToTheEnd();
    NDArray last = sampler.sample();
    NDArray restored =
        isFinal ? beginning.region().map(region -> region.restored(last)).orElse(last) : last;
    return FiniteCheck.latents(restored, request, model);
  }

  /**
   * Decodes all answers.
   *
   * @return as many as the {@link #batch}, valid until {@link #close}
   * @throws IllegalStateException if latents or pictures hold numbers that are not finite
   */
  public List<Answer> answers() {
    NDArray latents = latents();
    NDArray pictures = picture();
    return IntStream.range(0, batch())
        .mapToObj(i -> new Answer(Answer.of(latents, i), Answer.of(pictures, i), known(i)))
        .toList();
  }

  private int seen(int side) {
    return request.tiling().seen(side);
  }

  private Sampler.Model inViews(Guidance whole) {
    List<View> views = views();
    return views.size() == 1
        ? whole
        : new TiledModel(
            views,
            request.tiling().ramp(model.factor()),
            whole::of,
            beginning.latents(),
            memory,
            done -> viewListener.accept(done));
  }

  private void requireFresh() {
    if (beginning != null) {
      throw new IllegalStateException("A run can be iterated once only; begin another run.");
    }
  }

  private Prompts prompts(String text) {
    return RequestFit.prompts(text, request, networks.denoiser().takes());
  }

  private List<Steering.Session> steering(Conditioning conditioning) {
    return addOns.steering().stream()
        .map(one -> one.begin(conditioning, steps.before(), steps.evaluations(), memory))
        .toList();
  }

  /** Returns the table that is run; empty if the strength leaves no step. */
  public Plan plan() {
    return steps.plan();
  }

  /** Returns the views in which the denoiser sees the latents; one without tiles. */
  public List<View> views() {
    Tiling tiling = request.tiling();
    int factor = model.factor();
    return tiling.views(request.height() / factor, request.width() / factor, factor);
  }

  /**
   * Listens to the evaluations of several views, which may take long.
   *
   * @param listener is told after each view how many of the evaluation's {@link #views} are done;
   *     what it throws ends the evaluation
   */
  public void afterEachView(IntConsumer listener) {
    viewListener = listener;
  }

  /**
   * Asks for attention, which takes time, before the run is iterated.
   *
   * @param wanted words, and a pixel of the picture
   */
  public void attend(AttentionProbe.Wish wanted) {
    requireFresh();
    boolean isShown = !wanted.isAny() || networks.denoiser().showsAttention();
    KeyCheck.require(
        isShown, "attention", "false, as models of this kind do not show theirs", true);
    wish = wanted;
  }

  /**
   * Returns the tokens of the prompt's first block, between the start and the end token, without
   * the sign for the end of a word.
   *
   * @return none where the prompt has no words, or the model takes none
   * @throws IOException if the vocabulary can't be read
   */
  public List<String> tokens() throws IOException {
    if (model.tokenizers().isEmpty()) return List.of();
    Prompt prompt = prompts(regions.texts().get(0)).with(addOns.words()).prompt();
    TokenBlock block = model.tokenizers().get(0).encode(List.of(prompt)).get(0).get(0);
    return block.tokens().subList(1, block.end()).stream()
        .map(token -> token.replace("</w>", ""))
        .toList();
  }

  /** Returns the number of evaluations of the denoiser. */
  public int size() {
    return plan().evaluations().size();
  }

  /** Returns the request with every key resolved: size, seed, precision and device. */
  public Request request() {
    return request;
  }

  /** Returns the add-ons of the run. */
  public LoadedAddOns addOns() {
    return addOns;
  }

  /** Returns the step of the request, from 0, with which the whole run began. */
  public int begun() {
    return steps.begun();
  }

  /** Returns the number of answers that are evaluated at once, the b of all arrays. */
  public int batch() {
    return request.sampling().batch();
  }

  /** Returns whether a region of the latents must not change. */
  public boolean holdsRegion() {
    boolean isHeld = model.surroundings() != Sight.Surroundings.FREE;
    return !plan().isEmpty() && isHeld && start.holdsRegion();
  }

  /**
   * Returns the region of an answer that must not change, valid until {@link #close}; empty if all
   * may change, and before the run is iterated.
   *
   * @param answer from 0
   */
  public Optional<KnownLatents> known(int answer) {
    if (beginning == null) return Optional.empty();
    return beginning.known().map(known -> of(request.sampling().answer(answer), known));
  }

  private static KnownLatents of(Sampling answer, KnownLatents known) {
    return known.of(answer.seed(), answer.variation());
  }

  /** Returns warnings for the user, before the run. */
  public List<String> warnings() {
    List<String> warnings = new ArrayList<>(notes);
    whole.note().ifPresent(warnings::add);
    warnings.addAll(addOns.notes());
    warnings.addAll(wordNotes());
    return List.copyOf(warnings);
  }

  /** Returns notes on learned words that no prompt uses. */
  private List<String> wordNotes() {
    List<String> notes = new ArrayList<>();
    for (String text : regions.texts()) {
      List<String> own = WordNotes.of(addOns.words(), prompts(text), model.tokenizers());
      if (text.equals(regions.texts().get(0))) notes.addAll(own);
      else notes.retainAll(own);
    }
    return notes;
  }

  /** Frees the run's memory. */
  @Override
  public void close() {
    memory.close();
  }
}
