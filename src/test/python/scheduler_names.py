"""The names that macros say, and what each is in diffusers: a class and its settings over the model's config."""

KARRAS = dict(use_karras_sigmas=True)
PLAIN = dict(use_karras_sigmas=False)
SINGLE = dict(solver_order=2, algorithm_type="dpmsolver++")
SCHEDULERS = {
    "ddim": ("DDIMScheduler", {}),
    "ddpm": ("DDPMScheduler", {}),
    "deis": ("DEISMultistepScheduler", PLAIN),
    "deis_k": ("DEISMultistepScheduler", KARRAS),
    "lms": ("LMSDiscreteScheduler", PLAIN),
    "lms_k": ("LMSDiscreteScheduler", KARRAS),
    "pndm": ("PNDMScheduler", {}),
    "heun": ("HeunDiscreteScheduler", PLAIN),
    "heun_k": ("HeunDiscreteScheduler", KARRAS),
    "euler": ("EulerDiscreteScheduler", PLAIN),
    "euler_k": ("EulerDiscreteScheduler", KARRAS),
    "euler_a": ("EulerAncestralDiscreteScheduler", {}),
    "kdpm_2": ("KDPM2DiscreteScheduler", PLAIN),
    "kdpm_2_k": ("KDPM2DiscreteScheduler", KARRAS),
    "kdpm_2_a": ("KDPM2AncestralDiscreteScheduler", PLAIN),
    "kdpm_2_a_k": ("KDPM2AncestralDiscreteScheduler", KARRAS),
    "dpmpp_2s": ("DPMSolverSinglestepScheduler", PLAIN | SINGLE),
    "dpmpp_2s_k": ("DPMSolverSinglestepScheduler", KARRAS | SINGLE),
    "dpmpp_2m": ("DPMSolverMultistepScheduler", PLAIN | SINGLE),
    "dpmpp_2m_k": ("DPMSolverMultistepScheduler", KARRAS | SINGLE),
    "dpmpp_3m": ("DPMSolverMultistepScheduler", PLAIN | SINGLE | dict(solver_order=3)),
    "dpmpp_3m_k": ("DPMSolverMultistepScheduler", KARRAS | SINGLE | dict(solver_order=3)),
    "dpmpp_2m_sde": ("DPMSolverMultistepScheduler", PLAIN | dict(solver_order=2, algorithm_type="sde-dpmsolver++")),
    "dpmpp_2m_sde_k": ("DPMSolverMultistepScheduler", KARRAS | dict(solver_order=2, algorithm_type="sde-dpmsolver++")),
    "dpmpp_sde": ("DPMSolverSDEScheduler", PLAIN),
    "dpmpp_sde_k": ("DPMSolverSDEScheduler", KARRAS),
    "unipc": ("UniPCMultistepScheduler", PLAIN),
    "unipc_k": ("UniPCMultistepScheduler", KARRAS),
    "lcm": ("LCMScheduler", {}),
    "tcd": ("TCDScheduler", {}),
    "sa_solver": ("SASolverScheduler", {}),
}
