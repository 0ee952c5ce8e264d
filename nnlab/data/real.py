"""Real data sets that come with scikit-learn: nothing is downloaded."""

from nnlab.data.dataset import Dataset


def digits() -> Dataset:
    """1797 handwritten digits as pictures of 8 × 8 pixels, each 0 to 16.

    The test part of the Optical Recognition of Handwritten Digits data, E. Alpaydin
    and C. Kaynak (1998), UCI Machine Learning Repository, doi:10.24432/C50P49, under
    CC BY 4.0. Thirteen people wrote them.
    """
    try:
        from sklearn.datasets import load_digits
    except ModuleNotFoundError as error:
        raise ModuleNotFoundError(
            "The digits come with scikit-learn, which is not installed; "
            "pip install scikit-learn."
        ) from error
    bunch = load_digits()
    return Dataset(
        name="digits",
        x=bunch.data,
        y=bunch.target,
        features=tuple(f"pixel {i // 8},{i % 8}" for i in range(64)),
        classes=tuple("0123456789"),
        image=(8, 8),
        source="Alpaydin & Kaynak 1998, UCI, CC BY 4.0",
    )


REAL = {"digits": digits}
