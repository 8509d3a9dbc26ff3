"""What tests/record.py measured; it writes this file."""

SWEEP = {
    "fast_sigmoid": {
        "halves": 1736441858,
        "normal": 0.5000000026928751,
        "subnormal": 0.49999999545980245,
        "misrounded": 6,
        "falls": 0,
        "zeros": 1018170956,
        "ones": 1039490782,
        "nans": 16777214,
        "wrong nans": 0,
        "ties": 365,
        "program": "14efefd7cf83f116",
        "machine": "Intel(R) Xeon(R) Processor, 2 cores, Linux "
        "x86_64, AVX512_SPR",
        "versions": "Python 3.11.7, NumPy 2.4.6, SciPy 1.17.1",
        "date": "2026-11-22",
    },
    "sigmoid": {
        "halves": 1731503014,
        "normal": 3.6354910656809807,
        "subnormal": 1.536362649872899,
        "misrounded": 152525988,
        "falls": 189798,
        "zeros": 1018170956,
        "ones": 1039854191,
        "nans": 16777214,
        "wrong nans": 0,
        "ties": 391,
        "program": "a8b02f691c3a5da3",
        "machine": "Intel(R) Xeon(R) Processor, 2 cores, Linux x86_64, "
        "AVX512_SPR",
        "versions": "Python 3.11.7, NumPy 2.4.6, SciPy 1.17.1",
        "date": "2026-11-22",
    },
    "naive": {
        "halves": 1743627990,
        "normal": 3.6780305597931147,
        "subnormal": 2097151.4887233167,
        "misrounded": 194386379,
        "falls": 6477,
        "zeros": 1020169705,
        "ones": 1039854191,
        "nans": 16777214,
        "wrong nans": 0,
        "ties": 301,
        "program": "3c982a5c14a4b8a9",
        "machine": "Intel(R) Xeon(R) Processor, 2 cores, Linux x86_64, "
        "AVX512_SPR",
        "versions": "Python 3.11.7, NumPy 2.4.6, SciPy 1.17.1",
        "date": "2026-11-22",
    },
    "expit": {
        "halves": 1744830464,
        "normal": 2.480738190934062,
        "subnormal": 2097151.4887233167,
        "misrounded": 170681851,
        "falls": 0,
        "zeros": 1020169705,
        "ones": 1039854191,
        "nans": 16777214,
        "wrong nans": 0,
        "ties": 284,
        "program": "2822cc5c8d88a2db",
        "machine": "Intel(R) Xeon(R) Processor, 2 cores, Linux x86_64, "
        "AVX512_SPR",
        "versions": "Python 3.11.7, NumPy 2.4.6, SciPy 1.17.1",
        "date": "2026-11-22",
    },
}

TIMES = {
    "sizes": [100, 1000, 10000, 100000, 1000000, 10000000],
    "float64": {
        "naive": [23.96, 4.74, 2.23, 4.49, 4.75, 6.72],
        "sigmoid": [47.93, 10.08, 5.15, 10.69, 11.12, 14.01],
        "expit": [9.83, 7.34, 6.62, 7.82, 7.32, 7.61],
        "fast_sigmoid": [115.12, 14.34, 3.38, 3.04, 3.27, 4.43],
    },
    "float32": {
        "naive": [22.28, 3.61, 1.3, 1.07, 1.54, 5.91],
        "sigmoid": [47.73, 8.49, 3.66, 3.33, 4.26, 10.77],
        "expit": [7.33, 4.39, 3.88, 3.67, 3.92, 8.48],
        "fast_sigmoid": [112.05, 14.68, 3.93, 3.51, 3.4, 5.1],
    },
    "formulas": {
        "sigmoid": 11.4,
        "fast_sigmoid": 4.78,
        "expit": 7.16,
        "naive": 5.08,
        "both_branches": 16.0,
        "masked": 43.14,
        "by_tanh": 6.76,
        "by_logaddexp": 28.62,
        "clipped": 3.98,
    },
    "arrays": {
        "sigmoid": 4.0,
        "fast_sigmoid": 1.0,
        "expit": 1.0,
        "naive": 2.0,
        "both_branches": 3.1,
        "masked": 2.6,
        "by_tanh": 2.0,
        "by_logaddexp": 2.0,
        "clipped": 2.0,
    },
    "program": "f2378ef97a24979b",
    "machine": "Intel(R) Xeon(R) Processor, 2 cores, Linux x86_64, AVX512_SPR",
    "versions": "Python 3.11.7, NumPy 2.4.6, SciPy 1.17.1",
    "date": "2026-11-22",
}

LEARNT = {
    "sigmoid": {
        "fitted": {
            2: {
                "rate": 0.03,
                "right": [774, 769, 770, 776, 772, 761, 761, 763, 776, 769],
            },
            8: {
                "rate": 0.01,
                "right": [756, 756, 754, 760, 763, 741, 736, 752, 762, 755],
            },
            20: {
                "rate": 0.003,
                "right": [715, 687, 729, 692, 742, 718, 696, 716, 702, 667],
            },
        },
        "default": {
            2: {
                "rate": 0.01,
                "right": [749, 765, 748, 745, 749, 731, 742, 751, 752, 745],
            },
            8: {
                "rate": 0.03,
                "right": [76, 76, 89, 74, 66, 71, 81, 65, 62, 71],
            },
            20: {
                "rate": 0.0003,
                "right": [87, 81, 76, 83, 87, 79, 68, 68, 80, 83],
            },
        },
    },
    "program": "f10e7ec01b788e7a",
    "machine": "Intel(R) Xeon(R) Processor, 2 cores, Linux x86_64, AVX512_SPR",
    "versions": "Python 3.11.7, NumPy 2.4.6, SciPy 1.17.1",
    "date": "2026-11-22",
    "σ − ½": {
        "fitted": {
            2: {
                "rate": 0.03,
                "right": [775, 768, 774, 768, 771, 764, 765, 766, 770, 760],
            },
            8: {
                "rate": 0.01,
                "right": [769, 769, 759, 774, 762, 765, 754, 760, 767, 763],
            },
            20: {
                "rate": 0.003,
                "right": [748, 726, 732, 750, 748, 735, 743, 740, 737, 749],
            },
        },
        "default": {
            2: {
                "rate": 0.03,
                "right": [750, 720, 746, 724, 735, 718, 733, 696, 745, 740],
            },
            8: {
                "rate": 0.003,
                "right": [70, 74, 76, 74, 66, 71, 68, 72, 62, 71],
            },
            20: {
                "rate": 0.0003,
                "right": [76, 76, 86, 89, 76, 84, 82, 65, 62, 71],
            },
        },
    },
    "ReLU": {
        "fitted": {
            2: {
                "rate": 0.03,
                "right": [774, 773, 771, 775, 763, 763, 765, 758, 779, 765],
            },
            8: {
                "rate": 0.01,
                "right": [740, 716, 751, 745, 747, 731, 701, 758, 745, 741],
            },
            20: {
                "rate": 0.003,
                "right": [539, 555, 550, 546, 559, 553, 484, 557, 515, 501],
            },
        },
        "default": {
            2: {
                "rate": 0.03,
                "right": [767, 744, 762, 767, 759, 751, 749, 760, 771, 761],
            },
            8: {
                "rate": 0.01,
                "right": [442, 74, 208, 329, 155, 171, 337, 217, 157, 230],
            },
            20: {
                "rate": 0.001,
                "right": [70, 74, 76, 74, 66, 71, 68, 72, 62, 71],
            },
        },
        "He": {
            2: {
                "rate": 0.003,
                "right": [767, 771, 768, 757, 760, 767, 744, 756, 764, 760],
            },
            8: {
                "rate": 0.003,
                "right": [749, 744, 747, 753, 743, 747, 714, 747, 746, 757],
            },
            20: {
                "rate": 0.001,
                "right": [645, 578, 582, 677, 655, 615, 698, 653, 646, 674],
            },
        },
    },
    "ELU": {
        "fitted": {
            2: {
                "rate": 0.03,
                "right": [783, 771, 773, 774, 766, 759, 760, 774, 778, 776],
            },
            8: {
                "rate": 0.003,
                "right": [762, 751, 747, 773, 750, 761, 746, 747, 755, 754],
            },
            20: {
                "rate": 0.003,
                "right": [734, 745, 741, 747, 726, 754, 748, 733, 737, 747],
            },
        },
        "default": {
            2: {
                "rate": 0.03,
                "right": [772, 769, 765, 775, 764, 762, 750, 770, 767, 764],
            },
            8: {
                "rate": 0.01,
                "right": [645, 617, 674, 692, 420, 690, 727, 695, 663, 685],
            },
            20: {
                "rate": 0.01,
                "right": [76, 76, 76, 152, 90, 80, 160, 283, 62, 71],
            },
        },
    },
    "tanh": {
        "fitted": {
            2: {
                "rate": 0.01,
                "right": [764, 769, 769, 765, 764, 760, 753, 765, 765, 765],
            },
            8: {
                "rate": 0.003,
                "right": [758, 743, 744, 747, 741, 752, 742, 726, 729, 713],
            },
            20: {
                "rate": 0.003,
                "right": [712, 563, 670, 638, 654, 633, 704, 643, 655, 673],
            },
        },
        "default": {
            2: {
                "rate": 0.01,
                "right": [769, 764, 765, 761, 745, 748, 733, 755, 756, 748],
            },
            8: {
                "rate": 0.001,
                "right": [70, 74, 76, 74, 66, 71, 73, 72, 62, 71],
            },
            20: {
                "rate": 0.0003,
                "right": [76, 74, 76, 81, 66, 71, 74, 65, 62, 77],
            },
        },
    },
    "4σ": {
        "fitted": {
            2: {
                "rate": 0.01,
                "right": [762, 763, 763, 769, 769, 766, 751, 763, 766, 758],
            },
            8: {
                "rate": 0.003,
                "right": [748, 743, 746, 763, 752, 741, 742, 738, 755, 739],
            },
            20: {
                "rate": 0.0003,
                "right": [660, 636, 657, 663, 662, 651, 681, 639, 646, 603],
            },
        }
    },
}

COSTS = {
    "each": {
        "step": 1.67,
        "sigmoid": 4.71,
        "hard sigmoid": 2.61,
        "tanh": 0.99,
        "LeCun’s tanh": 1.62,
        "softsign": 1.41,
        "arctan": 1.47,
        "erf": 19.91,
        "algebraic": 3.15,
        "ReLU": 0.93,
        "leaky ReLU": 1.59,
        "ELU": 1.56,
        "softplus": 6.08,
        "SiLU": 6.2,
        "GELU": 20.94,
        "GELU by σ": 6.26,
        "GELU by tanh": 6.25,
    },
    "program": "021208ab1104fe18",
    "machine": "Intel(R) Xeon(R) Processor, 2 cores, Linux x86_64, AVX512_SPR",
    "versions": "Python 3.11.7, NumPy 2.4.6, SciPy 1.17.1",
    "date": "2026-11-22",
}
