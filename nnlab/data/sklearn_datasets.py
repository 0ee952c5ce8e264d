"""Real data sets that come with scikit-learn: nothing is downloaded."""

from nnlab.data.dataset import Dataset


def digits() -> Dataset:
    """1797 handwritten digits as images of 8 × 8 pixels, with values from 0 to 16.

    The test part of the Optical Recognition of Handwritten Digits data, E. Alpaydin
    and C. Kaynak (1998), UCI Machine Learning Repository, doi:10.24432/C50P49, under
    CC BY 4.0. They were written by thirteen people.
    """
    bunch = _load("digits")
    return Dataset(
        name="digits",
        x=bunch.data,
        y=bunch.target,
        features=tuple(f"pixel {i // 8},{i % 8}" for i in range(64)),
        classes=tuple("0123456789"),
        image=(8, 8),
        source="Alpaydin & Kaynak 1998, UCI, CC BY 4.0",
    )


def breast_cancer() -> Dataset:
    """569 breast tumours: 212 malignant, 357 benign, by 30 features of their cells.

    Ten measures of the cell nuclei in an image of a needle biopsy, each as its mean,
    its standard error and the mean of its three largest values. Breast Cancer Wisconsin
    (Diagnostic), W. Wolberg, O. Mangasarian, N. Street and W. Street (1993), UCI
    Machine Learning Repository, doi:10.24432/C5DW2B, under CC BY 4.0.
    """
    bunch = _load("breast_cancer")
    return Dataset(
        name="breast cancer",
        x=bunch.data,
        y=bunch.target,
        features=tuple(map(str, bunch.feature_names)),
        classes=("malignant", "benign"),
        source="Wolberg, Mangasarian, Street & Street 1993, UCI, CC BY 4.0",
        targets=("diagnosis",),
    )


def wine() -> Dataset:
    """178 wines of three cultivars (59, 71 and 48), by 13 measures of their chemistry.

    All are from one region of Italy. Wine, S. Aeberhard and M. Forina (1992), UCI
    Machine Learning Repository, doi:10.24432/C5PC7J, under CC BY 4.0.
    """
    bunch = _load("wine")
    return Dataset(
        name="wine",
        x=bunch.data,
        y=bunch.target,
        features=tuple(name.replace("_", " ") for name in bunch.feature_names),
        classes=("cultivar 1", "cultivar 2", "cultivar 3"),
        source="Aeberhard & Forina 1992, UCI, CC BY 4.0",
        targets=("cultivar",),
    )


def diabetes() -> Dataset:
    """442 patients with diabetes, by 10 features; y is the progression in one year.

    y ranges from 25 to 346, on the authors' scale; sex is coded 1 and 2, without a key.
    No licence is stated. B. Efron, T. Hastie, I. Johnstone and R. Tibshirani (2004),
    "Least Angle Regression", Annals of Statistics 32, 407–499,
    doi:10.1214/009053604000000067.
    """
    bunch = _load("diabetes", scaled=False)
    return Dataset(
        name="diabetes",
        x=bunch.data,
        y=bunch.target,
        features=(
            "age",
            "sex",
            "body mass index",
            "blood pressure",
            "total cholesterol",
            "low-density lipoproteins",
            "high-density lipoproteins",
            "total / high-density cholesterol",
            "log triglycerides",
            "blood sugar",
        ),
        classes=(),
        source="Efron, Hastie, Johnstone & Tibshirani 2004, no licence stated",
        targets=("progression",),
    )


def _load(name: str, **options):
    """Return the data set that scikit-learn loads by this name."""
    try:
        from sklearn import datasets
    except ModuleNotFoundError as error:
        raise ModuleNotFoundError(
            f"The {name} data come with scikit-learn, which is not installed; "
            "pip install scikit-learn."
        ) from error
    return getattr(datasets, f"load_{name}")(**options)
