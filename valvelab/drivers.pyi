from drivers import *  # noqa: F403
