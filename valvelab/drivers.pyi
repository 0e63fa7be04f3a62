from drivers import *
