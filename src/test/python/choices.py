"""Which configurations: the committed ones by what they show, and random draws of that space."""

import random

CROSS_DOWN, DOWN = "CrossAttnDownBlock2D", "DownBlock2D"
CROSS_UP, UP = "CrossAttnUpBlock2D", "UpBlock2D"
PNDM = {
    "_class_name": "PNDMScheduler",
    "_diffusers_version": "0.6.0",
    "beta_end": 0.012,
    "beta_schedule": "scaled_linear",
    "beta_start": 0.00085,
    "clip_sample": False,
    "num_train_timesteps": 1000,
    "set_alpha_to_one": False,
    "skip_prk_steps": True,
    "steps_offset": 1,
    "trained_betas": None,
}
DDIM_V = PNDM | {
    "_class_name": "DDIMScheduler",
    "_diffusers_version": "0.8.0",
    "prediction_type": "v_prediction",
}


def unet(widths, groups, heads, states, down=None, up=None, **more):
    """All levels but the last attend, as in Stable Diffusion, unless down and up (0/1) say it."""
    n = len(widths)
    down = [1] * (n - 1) + [0] if down is None else down
    up = down[::-1] if up is None else up
    keys = {"block_out_channels": widths, "norm_num_groups": groups, "attention_head_dim": heads}
    keys |= {"cross_attention_dim": states, "in_channels": 4, "out_channels": 4, "sample_size": 8}
    keys |= {"down_block_types": [CROSS_DOWN if d else DOWN for d in down]}
    keys |= {"up_block_types": [CROSS_UP if u else UP for u in up]}
    return keys | more


def vae(widths, groups, **more):
    n = len(widths)
    keys = {"block_out_channels": widths, "norm_num_groups": groups, "latent_channels": 4}
    keys |= {"down_block_types": ["DownEncoderBlock2D"] * n}
    keys |= {"up_block_types": ["UpDecoderBlock2D"] * n}
    return keys | {"in_channels": 3, "out_channels": 3, "sample_size": 64} | more


def text(width, heads, layers, act, length=77, **more):
    keys = {"hidden_size": width, "intermediate_size": 3 * width, "num_attention_heads": heads}
    keys |= {"num_hidden_layers": layers, "hidden_act": act, "max_position_embeddings": length}
    return keys | {"projection_dim": width} | more


SD1 = {
    "stored": "float32",
    "unet": unet([8, 8, 16], 4, 4, 24, layers_per_block=1, act_fn="silu", norm_eps=1e-5),
    "vae": vae([8, 8, 8, 16], 4, layers_per_block=1, act_fn="silu"),
    "text": text(24, 4, 2, "quick_gelu"),
    "tokenizer": {},
    "scheduler": PNDM,
    "position_ids": True,
}
SD2 = {
    "unet": unet([8, 8, 16, 16], 8, [1, 2, 4, 2], 24, layers_per_block=2)
    | {"use_linear_projection": True, "upcast_attention": True, "dual_cross_attention": False},
    "vae": vae([8, 8, 8, 16], 8, layers_per_block=2, scaling_factor=0.18215),
    "text": text(24, 3, 3, "gelu"),
    "tokenizer": {"pad": "!", "map_only": True},
    "scheduler": DDIM_V,
}
MICRO = {
    "unet": unet([4, 8], 2, 2, 16, layers_per_block=1),
    "vae": vae([4, 8], 2, layers_per_block=1, scaling_factor=0.5),
    "text": text(16, 2, 1, "quick_gelu", 16),
    "tokenizer": {"length": 16},
    "scheduler": PNDM | {"timestep_spacing": "trailing", "prediction_type": "v_prediction"},
    "prefix": False,
    "naming": "old",
}
MODELS = {
    "sd1": SD1,
    "sd2": SD2,
    "micro-fp16": MICRO | {"form": "fp16"},
    "micro-sharded": MICRO | {"form": "sharded", "stored": "bfloat16", "naming": "new"},
}
SMALL = unet([4, 8], 2, 2, 8, layers_per_block=1)
UNSAID = ("down_block_types", "up_block_types", "attention_head_dim")
UNETS = {
    "one-level": (unet([4], 2, 2, 8, [1], layers_per_block=1), {"size": (6, 5)}),
    "defaults-of-diffusers": (
        {k: v for k, v in unet([8, 8, 8, 8], 4, 8, 12).items() if k not in UNSAID},
        {"size": (8, 16), "length": 77},
    ),
    "float32": (SMALL, {"size": (8, 8), "stored": "float32"}),
    "bfloat16": (SMALL, {"size": (8, 8), "stored": "bfloat16"}),
    "odd-size-10x14": (unet([4, 8, 8], 2, 2, 8, layers_per_block=1), {"size": (10, 14)}),
    "odd-size-7x13-four-levels": (
        unet([4, 4, 8, 8], 4, 4, 8, layers_per_block=1),
        {"size": (7, 13)},
    ),
    "not-square-24x16": (SMALL | {"sample_size": [24, 16]}, {"size": (24, 16)}),
    "layers-per-level": (
        unet([4, 4, 8], 2, 2, 8, layers_per_block=[1, 3, 2]),
        {"size": (8, 12)},
    ),
    "transformers-two": (
        SMALL | {"transformer_layers_per_block": 2, "use_linear_projection": True},
        {"size": (8, 8)},
    ),
    "transformers-per-level": (
        unet([4, 8, 12], 2, [2, 4, 3], 8, [0, 1, 1], layers_per_block=1)
        | {"transformer_layers_per_block": [1, 2, 3], "use_linear_projection": True},
        {"size": (8, 8)},
    ),
    "attention-nowhere-but-middle": (unet([4, 8], 2, 4, 8, [0, 0]), {"size": (8, 8)}),
    "attention-down-other-than-up": (
        unet([4, 8, 8], 2, 2, 8, [0, 1, 0], [1, 0, 1], layers_per_block=1),
        {"size": (8, 8)},
    ),
    "time-cosine-last-shift-one": (
        SMALL | {"flip_sin_to_cos": False, "freq_shift": 1, "center_input_sample": True},
        {"size": (8, 8), "timesteps": (981, 250.5, 0)},
    ),
    "swish-and-large-eps": (SMALL | {"act_fn": "swish", "norm_eps": 0.01}, {"size": (8, 8)}),
    "nine-channels-in": (SMALL | {"in_channels": 9}, {"size": (8, 8)}),
    "sixteen-channels": (SMALL | {"in_channels": 16, "out_channels": 16}, {"size": (8, 8)}),
    "states-per-level": (SMALL | {"cross_attention_dim": [8, 8]}, {"size": (8, 8)}),
}
VAES = {
    "one-level": (vae([4], 2), {"size": (12, 20)}),
    "two-levels-batch": (vae([4, 8], 4, layers_per_block=2), {"size": (16, 24), "batch": 2}),
    "no-quant-convolutions": (
        vae([4, 4, 8], 2, use_quant_conv=False, use_post_quant_conv=False)
        | {"latent_channels": 16, "scaling_factor": 0.3611},
        {"size": (32, 16)},
    ),
    "no-post-quant-convolution": (vae([4, 8], 2, use_post_quant_conv=False), {"size": (16, 16)}),
    "old-attention": (vae([4, 8], 2), {"size": (16, 16), "naming": "old", "stored": "float32"}),
    "old-attention-as-convolution": (vae([4, 8], 2), {"size": (16, 16), "naming": "old-conv"}),
    "no-middle-attention": (vae([4, 4, 4], 2, mid_block_add_attention=False), {"size": (24, 32)}),
    "layers-three-odd-size": (vae([4, 8, 8], 2, layers_per_block=3), {"size": (37, 50)}),
    "bfloat16-four-levels": (vae([4, 4, 4, 8], 4), {"size": (48, 32), "stored": "bfloat16"}),
    "attention-in-levels": (
        vae([4, 8], 2, layers_per_block=2)
        | {"down_block_types": ["AttnDownEncoderBlock2D", "DownEncoderBlock2D"]}
        | {"up_block_types": ["UpDecoderBlock2D", "AttnUpDecoderBlock2D"]},
        {"size": (16, 12)},
    ),
    "grey": (vae([4, 8], 2, in_channels=1, out_channels=1, latent_channels=2), {"size": (16, 16)}),
}
TEXTS = {
    "quick-gelu": (text(16, 2, 2, "quick_gelu", vocab_size=100), {}),
    "gelu-eight-heads-no-prefix": (text(32, 8, 1, "gelu", 20, vocab_size=60), {"prefix": False}),
    "five-layers-float32": (
        text(12, 3, 5, "gelu", 9, vocab_size=50, layer_norm_eps=1e-3),
        {"stored": "float32", "position_ids": True},
    ),
}
EXOTIC = {
    "resnet_time_scale_shift": SMALL | {"resnet_time_scale_shift": "scale_shift"},
    "only_cross_attention": SMALL | {"only_cross_attention": [True, False]},
    "only_cross_attention-everywhere": SMALL | {"only_cross_attention": True},
    "mid_block_type": SMALL | {"mid_block_type": "UNetMidBlock2D"},
    "mid_block_type-none": SMALL | {"mid_block_type": None},
    "act_fn-gelu": SMALL | {"act_fn": "gelu"},
    "conv_in_kernel": SMALL | {"conv_in_kernel": 5},
    "conv_out_kernel": SMALL | {"conv_out_kernel": 1},
    "mid_block_only_cross_attention": SMALL | {"mid_block_only_cross_attention": True},
}
REFUSED = {
    "downsample_padding": 0,
    "mid_block_scale_factor": 1.5,
    "time_embedding_dim": 24,
    "time_embedding_act_fn": "silu",
    "timestep_post_act": "silu",
    "resnet_skip_time_act": True,
    "resnet_out_scale_factor": 1.4,
    "class_embeddings_concat": True,
    "class_embed_type": "timestep",
    "num_class_embeds": 10,
    "addition_embed_type": "text_time",
    "encoder_hid_dim": 24,
    "encoder_hid_dim_type": "text_proj",
    "time_embedding_type": "fourier",
    "time_cond_proj_dim": 256,
    "attention_type": "gated",
    "dual_cross_attention": True,
    "cross_attention_norm": "layer_norm",
    "act_fn": "tanhshrink",
    "mid_block_type": "UNetMidBlock2DSimpleCrossAttn",
    "down_block_types": ["AttnDownBlock2D", "DownBlock2D"],
    "up_block_types": ["UpBlock2D", "AttnUpBlock2D"],
}


class Draw:
    """One random choice of each kind."""

    def __init__(self, seed):
        self.r = random.Random(seed)

    def one(self, *of):
        return self.r.choice(of)

    def unet(self, size=None, states=None):
        r, n = self.r, self.one(1, 2, 3, 4)
        groups = self.one(2, 4, 8)
        widths = [groups * self.one(1, 2, 3) for _ in range(n)]
        widths = [w if w % 4 == 0 else 2 * w for w in widths]
        heads = self.one(1, 2, 4, [self.one(1, 2, 4) for _ in range(n)])
        depth = self.one(1, 1, 2, [self.one(1, 2, 3) for _ in range(n)])
        keys = unet(widths, groups, heads, states or self.one(8, 20, 32))
        keys |= {"transformer_layers_per_block": depth}
        keys |= {"use_linear_projection": self.one(True, False)}
        keys |= {"layers_per_block": self.one(1, 2, 3, [self.one(1, 2, 3) for _ in range(n)])}
        down, up = ([self.one(0, 1) for _ in range(n)] for _ in range(2))
        if n > 1 or isinstance(depth, int):
            keys |= {"down_block_types": [CROSS_DOWN if d else DOWN for d in down]}
            keys |= {"up_block_types": [CROSS_UP if u else UP for u in up]}
        keys |= {"flip_sin_to_cos": self.one(True, False), "freq_shift": self.one(0, 1)}
        keys |= {"act_fn": self.one("silu", "swish"), "upcast_attention": self.one(True, False)}
        keys |= {"center_input_sample": r.random() < 0.2, "norm_eps": self.one(1e-5, 1e-6, 1e-3)}
        keys = {k: v for k, v in keys.items() if k != "upcast_attention" or v}
        size = size or (r.randint(2, 20), r.randint(2, 20))
        stored = self.one("float32", "float16", "bfloat16")
        times = (self.one(999, 981, 1), self.one(0, 500.5, 33))
        more = {"length": self.one(1, 5, 77), "stored": stored, "timesteps": times}
        return keys, more | {"size": size}

    def vae(self, latents=None):
        n, groups = self.one(1, 2, 3, 4), self.one(2, 4, 8)
        widths = [groups * self.one(1, 2, 3) for _ in range(n)]
        keys = vae(widths, groups, layers_per_block=self.one(1, 2, 3))
        keys |= {"latent_channels": latents or self.one(1, 4, 16)}
        keys |= {"scaling_factor": self.one(0.18215, 1.0)}
        keys |= {"use_quant_conv": self.one(True, False)}
        keys |= {"use_post_quant_conv": self.one(True, False)}
        keys |= {"mid_block_add_attention": self.one(True, False)}
        least = 2 ** (n - 1) * 2
        size = (self.r.randint(least, 50), self.r.randint(least, 50))
        naming = self.one("new", "old", "old-conv")
        more = {"stored": self.one("float32", "float16", "bfloat16"), "batch": self.one(1, 2)}
        return keys, more | {"size": size, "naming": naming}

    def text(self, width=None, length=None):
        heads = self.one(1, 2, 4)
        width = width or heads * self.one(4, 5, 8)
        heads = heads if width % heads == 0 else 1
        keys = text(width, heads, self.one(1, 2, 4), self.one("gelu", "quick_gelu"))
        keys |= {"vocab_size": self.one(20, 99)}
        keys |= {"max_position_embeddings": length or self.one(7, 77)}
        keys |= {"layer_norm_eps": self.one(1e-5, 1e-6, 1e-2)}
        more = {"prefix": self.one(True, False), "position_ids": self.one(True, False)}
        return keys, more | {"stored": self.one("float32", "float16", "bfloat16")}

    def scheduler(self):
        keys = PNDM | {"prediction_type": self.one("epsilon", "v_prediction", "sample")}
        keys |= {"beta_schedule": self.one("linear", "scaled_linear", "squaredcos_cap_v2")}
        keys |= {"steps_offset": self.one(0, 1), "set_alpha_to_one": self.one(True, False)}
        spacing = self.one(None, "leading", "linspace", "trailing")
        keys |= {"timestep_spacing": spacing} if spacing else {}
        zero_snr = keys["prediction_type"] != "epsilon" and self.r.random() < 0.3
        return keys | ({"rescale_betas_zero_snr": True} if zero_snr else {})

    def model(self):
        length, width = self.one(12, 77), self.one(8, 20, 32)
        u, more = self.unet((8, 8), width)
        t, t_more = self.text(width, length)
        t.pop("vocab_size")
        v, v_more = self.vae(4)
        v_more.pop("size"), v_more.pop("batch")
        pad = self.one({}, {"pad": "!"}, {"pad": "!", "map_only": True})
        parts = {"unet": u, "vae": v, "text": t, "tokenizer": pad | {"length": length}}
        form = self.one("plain", "fp16", "sharded")
        t_more.pop("stored")
        return parts | v_more | t_more | {"scheduler": self.scheduler(), "form": form}
