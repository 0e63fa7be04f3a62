from analysis import *
