from sim import *  # noqa: F403
