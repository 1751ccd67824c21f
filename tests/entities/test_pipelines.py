"""What is left out of the models, or done in another way than spaCy does it, changes no name."""

from __future__ import annotations

import pytest
import spacy

from osint_ingest.entities.models import model_for
from osint_ingest.entities.pipelines import UNUSED, load_model

TEXTS = {
    "en": [
        "The Ministry of Digital Affairs of Ruritania met Ana Tolvanen in Strelsau on 3 May 2021, with the World Bank.",
        "",
        "Open Ruritania, the Strelsau City Council and Hentzau University will publish 120 datasets by 2023.",
        "Yes",
        "It doesn't stand in the U.S. Code (e.g. 12.5km, a.m.), nor at https://norland.example/a-b_c.",
    ],
    "es": [
        "La Secretaría de Innovación Pública de Ruritania se reunió con Ana Tolvanen en Estrelsau en mayo de 2021.",
        "El Ministerio de Salud y la Universidad de Hentzau publicarán 120 conjuntos de datos.",
    ],
}


@pytest.mark.parametrize("language", TEXTS)
@pytest.mark.filterwarnings("ignore:.*W095")
def test_a_model_finds_what_it_finds_as_spacy_loads_it(language: str) -> None:
    model = model_for(language)
    if model is None:
        pytest.skip(f"no model for {language} is installed")
    texts = TEXTS[language] * 20
    ours = load_model(model)
    whole = spacy.load(model.installed or model.module, exclude=UNUSED)
    assert whole.pipe_names == ["tok2vec", "ner"]
    assert ours.pipe_names == ["ner"]
    assert len(ours.vocab.strings) < len(whole.vocab.strings) / 10

    assert [[t.text for t in ours(x)] for x in texts] == [[t.text for t in whole(x)] for x in texts]

    def names(nlp: spacy.Language) -> list[list[tuple[int, int, str]]]:
        return [[(e.start_char, e.end_char, e.label_) for e in doc.ents] for doc in nlp.pipe(texts)]

    found = names(ours)
    assert found == names(whole)
    assert len({label for entities in found for _, _, label in entities}) > 1
