"""Names in single texts, by rules alone: what is found, how far it goes, what it is called."""

from __future__ import annotations

import pytest

from osint_ingest.entities.annotate import Annotator
from osint_ingest.model import Passage

CASES = [
    # institutions with their tails
    ("institution", "The Ministry of Interior, Public Works and Housing met the press.",
     ["ORG Ministry of Interior, Public Works and Housing"]),
    ("two institutions", "It was signed by the Ministry of Health and the Ministry of Education.",
     ["ORG Ministry of Health", "ORG Ministry of Education"]),
    ("list of institutions", "Ministry of Finance, Digital Agency and Data Council agreed.",
     ["ORG Ministry of Finance", "ORG Digital Agency", "ORG Data Council"]),
    ("institution of an institution", "the Directorate of Systems of the Secretariat of Culture of the Nation,",
     ["ORG Directorate of Systems of the Secretariat of Culture of the Nation"]),
    ("head at the end", "They met at the Marta O'Neill Health Centre yesterday.", ["ORG Marta O'Neill Health Centre"]),
    ("possessive", "It reports to the Prime Minister's Office.", ["ORG Prime Minister's Office"]),
    ("Spanish tail", "Lo publica la Dirección de Acceso a la Información Pública del Ministerio de Gobierno.",
     ["ORG Dirección de Acceso a la Información Pública del Ministerio de Gobierno"]),
    ("French lower case", "Saisir le Ministère de la transition écologique et des transports.",
     ["ORG Ministère de la transition écologique et des transports"]),
    ("German head in front", "Der Verein Offenes Tarve und die Agentur für Wasser und Verkehr sind im Tarver Institut.",
     ["ORG Verein Offenes Tarve", "ORG Agentur für Wasser und Verkehr", "ORG Tarver Institut"]),
    ("German genitive", "Nach Angaben des Ministeriums für Digitales und Verkehr nutzen das 60 Prozent.",
     ["ORG Ministeriums für Digitales und Verkehr"]),
    ("nationality ends it", "the Office of the Auditor of the Estonian government", ["ORG Office of the Auditor"]),
    ("French series", "Le Ministère de la Pêche, du Travail et de la Protection sociale a signé.",
     ["ORG Ministère de la Pêche, du Travail et de la Protection sociale"]),
    ("chapter", "It met Transparency International Kenya.", ["ORG Transparency International Kenya"]),
    ("within a sentence of names", "The Ministry of ICT, Innovation and Youth Affairs and the Marsh Trust led.",
     ["ORG Ministry of ICT, Innovation and Youth Affairs", "ORG Marsh Trust"]),
    ("everybody who takes part", "the OpenStreetMap community in Chile and the Python community",
     ["SOFTWARE OpenStreetMap", "GPE Chile", "SOFTWARE Python"]),
    # words that name nothing, and those that do
    ("code that is no law", "Code Published by Code for Schools and the source code", []),
    ("a kind at the start of a heading", "Open source software initiatives", []),
    ("codes that are laws", "The Penal Code, the Labour Code and the Code de la route apply.",
     ["LAW Penal Code", "LAW Labour Code", "LAW Code de la route"]),
    ("code that is a programme", "The Code of Good Practices for Public Software binds all.",
     ["PROGRAM Code of Good Practices for Public Software"]),
    ("system that is no software", "Lo hace el Sistema Nacional de Archivos.",
     ["PROGRAM Sistema Nacional de Archivos"]),
    ("section of a law", "Section 12 of the Data Protection Act applies.", ["LAW Data Protection Act"]),
    ("bare plan", "Le Plan d'action est publié.", []),
    ("one of many", "Each Transfer Unit is a part of it. The Transfer Unit sends what a Transfer Unit wants.", []),
    ("acronym where a place could stand", "It is based in HQB and within HQC.", ["ORG HQC"]),
    ("act with its title", "La Ley 27.275, Ley de Acceso a la Información Pública, rige.",
     ["LAW Ley 27.275, Ley de Acceso a la Información Pública"]),
    ("act whose title is a sentence", "La Ley 27.275, Ley que regula el acceso, rige.", ["LAW Ley 27.275"]),
    ("whose ministry it is", "It met the Finnish Ministry of Finance and the Estonian Government.",
     ["ORG Ministry of Finance", "ORG Estonian Government"]),
    ("person among institutions", "Institution(s): Ministry of Justice, Juana Pérez, City Council",
     ["ORG Ministry of Justice", "PERSON Juana Pérez", "ORG City Council"]),
    ("title alone", "Lead institution: Dr. Ana Ruiz, Ministry of Health",
     ["PERSON Ana Ruiz", "ORG Ministry of Health"]),
    # laws
    ("number of an act far from its noun", "por Resolución del Consejo Directivo Nº 002-2011-OEFA-CD, se aprueba",
     ["LAW Resolución del Consejo Directivo Nº 002-2011-OEFA-CD"]),
    ("acts by initials", "la R.M.N° 189-2016-MINAM y la D.S. N° 039-2014-EM",
     ["LAW R.M.N° 189-2016-MINAM", "LAW D.S. N° 039-2014-EM"]),
    ("what follows a number without a space", "R.D.N° 03-2022-MTC/18 y Resolución ORAVE Nº 107-2002-EF-94.10",
     ["LAW R.D.N° 03-2022-MTC/18", "LAW Resolución ORAVE Nº 107-2002-EF-94.10"]),
    ("another body after 'y de la'", "del Instituto Nacional de Riego y de la Superintendencia Nacional de Puertos.",
     ["ORG Instituto Nacional de Riego", "ORG Superintendencia Nacional de Puertos"]),
    ("another body after 'et le'", "La Gendarmerie nationale et le ministère des Finances publient leurs codes.",
     ["ORG Gendarmerie nationale", "ORG ministère des Finances"]),
    ("a series of bodies", "la Oficina de Prensa, de la Oficina de Comunicaciones, de la Unidad de Arte y Cultura",
     ["ORG Oficina de Prensa", "ORG Oficina de Comunicaciones", "ORG Unidad de Arte y Cultura"]),
    ("act with date and number", "dalla legge 7 agosto 2015, n. 124 e dal decreto legislativo 7 marzo 2005, n. 82,",
     ["LAW legge 7 agosto 2015, n. 124", "LAW decreto legislativo 7 marzo 2005, n. 82"]),
    ("number or year in brackets", "under Law Number (2) of 1997 and resolution 2253 (2015) of the Council",
     ["LAW Law Number (2) of 1997", "LAW resolution 2253 (2015)"]),
    ("act whose number has a short form before it", "Under Executive Order (EO) 14071 it is told.",
     ["LAW Executive Order (EO) 14071"]),
    ("act with a bracket and a year", "the Terrorism (Prevention and Prohibition) Act 2022 and others",
     ["LAW Terrorism (Prevention and Prohibition) Act 2022"]),
    ("part of an act", "la Disposición Adicional Sexta de la Ley 11/1998 y sus anexos", ["LAW Ley 11/1998"]),
    ("a section is no act", "según la presente ley. 7.2 El titular presenta", []),
    ("where one has learnt it", "Ciencias de la Información en la Universidad Autónoma de Tarvia y",
     ["ORG Universidad Autónoma de Tarvia"]),
    ("nothing after the place", "the Government of Canada Twitter account",
     ["ORG Government of Canada", "SOFTWARE Twitter"]),
    ("whose office it is", "she is Chief Executive of the Foundation for Shared Code.",
     ["ORG Foundation for Shared Code"]),
    ("an article within a list", "at Addgene, The Bloomwood Drosophila Stock Center, and",
     ["ORG Bloomwood Drosophila Stock Center"]),
    ("bodies of a town in small letters", "pour l'université de Lorvane et la mairie de Paris.",
     ["ORG université de Lorvane", "ORG mairie de Paris"]),
    ("version and year", "They run Drupal 8 and WordPress 5.0; 12% met at FOSDEM 2022.",
     ["SOFTWARE Drupal 8", "SOFTWARE WordPress 5.0", "EVENT FOSDEM 2022"]),
    ("a known name is no term", "we can also create a Jitsi Meet instance", ["SOFTWARE Jitsi Meet"]),
    ("what is tied to a name", "He left 18F. The X.509-style list of dell’Unione Europea is here.",
     ["ORG 18F", "PROGRAM X.509", "ORG Unione Europea"]),
    ("titles of works are no names",
     "See “The Public Records and the National Interest Policy” and Bemis, The National Road Strategy of our Days "
     "(New York: Sedgeford Press, 1936), at the Library of Congress.",
     ["GPE New York", "ORG Sedgeford Press", "ORG Library of Congress"]),
    ("a person of whom a word is listed", "it was written to Eugene Hale in May.", ["PERSON Eugene Hale"]),
    ("law number", "considering Law No. 24,156 of October 1992 and Decree 434/2016.",
     ["LAW Law No. 24,156", "LAW Decree 434/2016"]),
    ("EU acts", "Directive (EU) 2019/1024, Commission Decision 2011/833/EU and Regulation (EU) No 910/2014.",
     ["LAW Directive (EU) 2019/1024", "LAW Commission Decision 2011/833/EU", "LAW Regulation (EU) No 910/2014"]),
    ("Spanish law", "según la Ley 27.275 y el Decreto Supremo N° 054-2018,",
     ["LAW Ley 27.275", "LAW Decreto Supremo N° 054-2018"]),
    ("French law", "la loi organique n° 2016-22 relative au droit d'accès", ["LAW loi organique n° 2016-22"]),
    ("Portuguese laws",
     "segundo a Lei nº 12.527/2011, o Decreto nº 7.724, a Portaria n.º 303 e a lei complementar nº 131,",
     ["LAW Lei nº 12.527/2011", "LAW Decreto nº 7.724", "LAW Portaria n.º 303", "LAW lei complementar nº 131"]),
    ("Portuguese ministries", "O Ministério da Gestão e da Inovação e a Controladoria-Geral da União responderam.",
     ["ORG Ministério da Gestão e da Inovação", "ORG Controladoria-Geral da União"]),
    ("Portuguese subjects", "A Secretaria de Transportes e Obras publicou a Estratégia Nacional de Dados Abertos.",
     ["ORG Secretaria de Transportes e Obras", "PROGRAM Estratégia Nacional de Dados Abertos"]),
    ("act by subject", "The Law on electronic signatures and the Right to Information Act, 2019 apply.",
     ["LAW Right to Information Act, 2019"]),
    ("act without a number", "the Resolution of the Tarve Water Committee of May 2019", ["ORG Tarve Water Committee"]),
    ("terms name nothing", "The Steering Committee meets the Board of Directors under its Code of Conduct", []),
    ("a day is no number", "a W3C Recommendation 16 January 2014", ["ORG W3C"]),
    ("adverb before a comma", "Unfortunately, the vendor left.", []),
    ("a title of roles", "The Chief Scientific Adviser and Minister Rosa Brask agree.", ["PERSON Rosa Brask"]),
    ("law numbers of other habits", "Republic Act No. 11032, Act CXII of 2011 and Executive Order No. 02, s. 2016",
     ["LAW Republic Act No. 11032", "LAW Act CXII of 2011", "LAW Executive Order No. 02"]),
    ("title before the number", "under the Information Act No. 140/2012", ["LAW Information Act No. 140/2012"]),
    ("a date is no part", "the Personal Data Act of 15 June 2018 and the Third Action Plan on 2 May 2019",
     ["LAW Personal Data Act", "PROGRAM Third Action Plan"]),
    ("acts by their day",
     "la loi du 4 mai 2016 et l'arrêté royal du 2 juin 2019; the Act of 3 May 2005 on Public Registers",
     ["LAW loi du 4 mai 2016", "LAW arrêté royal du 2 juin 2019", "LAW Act of 3 May 2005 on Public Registers"]),
    ("title with its number", "the Right to Know Act, No. 12 of 2016 and the Freedom of Information Act 2000",
     ["LAW Right to Know Act, No. 12 of 2016", "LAW Freedom of Information Act 2000"]),
    ("subjects in a series, the head at its end", "the Recovery, Transformation and Resilience Plan began",
     ["PROGRAM Recovery, Transformation and Resilience Plan"]),
    ("brackets without a space", "no Ministerio da Fazenda(MDF", ["ORG Ministerio da Fazenda"]),
    ("code", "R> head(na.spline(Apache, type = Drupal))", []),
    ("a body's small noun", "saisir le ministère de l'Économie et la direction générale du numérique",
     ["ORG ministère de l'Économie", "ORG direction générale du numérique"]),
    ("a verb ends it", "El Ministerio de Hacienda y de la Información publicó el Plan Abierto 2020-2022 y el sistema.",
     ["ORG Ministerio de Hacienda y de la Información", "PROGRAM Plan Abierto 2020-2022"]),
    ("whose body it is ends it", "La Contraloría General de la República y Proyecta firmaron.",
     ["ORG Contraloría General de la República"]),
    ("line of contents", "Ministry of Health..... ..... 12", []),
    # software, licences
    ("software list", "open source tools, including Java, iText, PostgreSQL and Foobarian.",
     ["SOFTWARE Java", "SOFTWARE iText", "SOFTWARE PostgreSQL", "SOFTWARE Foobarian"]),
    ("kind before", "the participation platform VOX is free", ["SOFTWARE VOX"]),
    ("a term's acronym", "Spatial data themes (SDT) follow. Use the platform SDT for maps.", []),
    ("licence", "published under the European Union Public Licence 1.2 and CC BY 4.0.",
     ["LICENCE European Union Public Licence 1.2", "LICENCE CC BY 4.0"]),
    # plans, events
    ("plans", "the Third National Open Government Action Plan and the Agenda 2030",
     ["PROGRAM Third National Open Government Action Plan", "PROGRAM Agenda 2030"]),
    ("plan with years", "Action Plan: Ruritania Action Plan 2019-2022", ["PROGRAM Ruritania Action Plan 2019-2022"]),
    ("generic plan", "The Action Plan follows the open government strategy.", []),
    ("a heading in capitals", "TIDYING DATA: A CASE STUDY FROM THE DEMAND FOR SAFE SPACES PROJECT", []),
    ("plan with a roman number", "The Tarvia National Action Plan IV 2020-2022 was made.",
     ["PROGRAM Tarvia National Action Plan IV 2020-2022"]),
    # people and places
    ("title", "President Ana Keller spoke.", ["PERSON Ana Keller"]),
    ("towns", "municipios como Río Hondo, Bahía Clara y General Paz, que publicaron",
     ["GPE Río Hondo", "GPE Bahía Clara", "GPE General Paz"]),
    ("government", "the government of the Argentine Republic", ["ORG government of the Argentine Republic"]),
    ("countries in other languages", "negli Stati Uniti e nos Estados Unidos",
     ["GPE Stati Uniti", "GPE Estados Unidos"]),
    # fields
    ("field", "Lead Institution: Acción Común, CLAMO, Nuestra Tierra & Salto Transparente",
     ["ORG Acción Común", "ORG CLAMO", "ORG Nuestra Tierra", "ORG Salto Transparente"]),
    # what names nothing
    ("parts of a document", "Section 6 of the guide, Table F.2 and Annex II.1", []),
    ("standards", "as ISO 19115:2003 and NIST SP 800-53 say", ["PROGRAM ISO 19115:2003", "PROGRAM NIST SP 800-53"]),
    ("a title alone", "It was opened by the Deputy President, who spoke.", []),
    ("concepts", "OSS, SaaS and APIs for the Argentine public sector (AB0123).", []),
    ("code", "the Public Data Portal AB0012, 2019", ["SOFTWARE Public Data Portal"]),
    ("inside of words", "the property dcat:contactPoint of Annex II", []),
    ("urls", "see https://github.com/Ministry-of-Health/Linux and www.Example.org/Parliament", []),
]  # fmt: skip


@pytest.fixture(scope="module")
def rules() -> Annotator:
    return Annotator(use_models=False)


@pytest.mark.parametrize(("text", "wanted"), [c[1:] for c in CASES], ids=[c[0] for c in CASES])
def test_names_of_a_text(rules: Annotator, text: str, wanted: list[str]) -> None:
    found = rules.annotate([Passage(1, "paragraph", text)], language="en", country_code=None)
    assert [f"{m.label} {m.text}" for m in found.mentions] == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Maré is a non-profit organisation from the coast.", "ORG Maré"),
        ("Maré is an open source platform for voting.", "SOFTWARE Maré"),
        ("Maré es una plataforma de código abierto.", "SOFTWARE Maré"),
        ("Maré est une association de quartier.", "ORG Maré"),
        ("Maré, 2018: a web map of wells.", "SOFTWARE Maré"),
        ("Maré, 2018: thousands of people took part.", "PROGRAM Maré"),
        ("The municipality of Maré met.", "GPE Maré"),
    ],
)
def test_a_name_without_a_head_is_what_the_text_says(rules: Annotator, text: str, wanted: str) -> None:
    found = rules.annotate([Passage(1, "paragraph", text)], language="en", country_code=None)
    assert [f"{m.label} {m.text}" for m in found.mentions] == [wanted]


def test_every_mention_says_where_how_and_how_sure(rules: Annotator) -> None:
    text = "The Ministry of Health uses QGIS under Law 12/2001."
    found = rules.annotate([Passage(7, "paragraph", text)], language="en", country_code=None).mentions
    assert [m.method for m in found] == ["head:ministry", "gazetteer", "legal:number"]
    for m in found:
        assert text[m.char_start : m.char_end] == m.text
        assert m.passage == 7
        assert 0.0 < m.score <= 1.0
