"""Texts as Hypothesis makes them up, with those among them that look like addresses."""

from hypothesis import strategies as st

# Characters that matter in URLs come up often, so that hostile ones are found.
urlish = st.text(st.one_of(st.sampled_from("/:@?#%[]\\.-_ &=~v3"), st.characters()), max_size=40)
anything = st.one_of(
    st.text(st.characters()),
    urlish,
    urlish.map(lambda tail: f"https://dev.azure.com/{tail}"),
    urlish.map(lambda tail: f"https://{tail}"),
    urlish.map(lambda tail: f"{tail}.visualstudio.com"),
    urlish.map(lambda tail: f"git@ssh.dev.azure.com:v3/{tail}"),
)
