"""Words that give a language away: what joins any sentence together, and what photos are usually of."""

from __future__ import annotations

ENGLISH = """the of and with to at by for from is are was this that these those his her their an a in on it its as or
while who which what where there here no not my our your he she they we you near over under behind through into
without man men woman women child children people dog dogs cat beach snow water house tree street car girl boy
sunset red blue green black white yellow old young big small playing running sitting standing wearing holding
photo picture"""

# What English says beside what a photo shows: no model has to have met it.
ASIDE = """a an the of and or nor but with without to at by for from in on into onto over under above below behind
beside besides between near next through across along among around about against off out up down back is are was
were be being been am isn't aren't has have had having do does did doing don't there here this that these those it
its it's his her hers their theirs he she they them him i i'm me my mine we us our ours you your yours as while who
whom whose which what where when why how than then some any no not another other others each every all both either
very more most much many few lot lots just also too so such only please show shows find search give get let want
wanted would could can may might should need look looking photo photos picture pictures image images pic pics
snapshot snapshots shot taken something somebody someone somewhere anything anyone anywhere everything everyone"""

# Words that English has as well (die, war, am, plus, face, moment ...) are left out wherever they would mislead.
WORDS = {
    "de": """der das ein eine einen einem einer eines und mit auf im ist sind den dem des zu zum zur vom beim vor bei
        aus unter über neben zwischen hinter durch sich wie oder aber ohne kein keine keinen wird werden
        hat haben ihr ihre sein seine seinem nicht auch als nach entlang mir ich wir mein meine hund hunde
        mann männer frau frauen kind kinder junge jungen mädchen leute menschen wasser schnee strand meer
        berg berge wald wiese haus auto straße baum bäume katze katzen pferd pferde fahrrad rot roter rote
        roten blau blauer blaue blauen grün grüne schwarz schwarzer schwarze schwarzen weiß weißer weiße
        weißen gelb braun brauner braune klein kleiner kleine kleines groß großer große spielt spielen
        läuft laufen rennt springt sitzt steht trägt hält gruppe sommer sonnenuntergang blumen blume
        himmel hochzeit geburtstag weihnachten urlaub stadt kirche brücke fluss see""",
    "fr": """le les un une des du et avec sans dans sur est sont qui que il elle ils au aux en près devant derrière
        leur leurs ses ces cette très chez nous vous je mon mes ma sous vers entre autour pendant tandis
        chien chiens chat chats homme hommes femme femmes enfant enfants garçon garçons fille filles bébé
        gens personnes eau neige plage mer océan montagne montagnes forêt arbre arbres maison voiture rue
        vélo cheval chevaux ville lac rivière fleur fleurs ciel soleil rouge bleu bleue vert verte noir
        noire blanc blanche jaune marron brun gris petit petite jeune jeunes vieux vieille joue jouent
        court courent saute sautant debout assis assise portant tient mariage anniversaire noël vacances
        coucher été hiver jouant courant deux trois quatre herbe bateau""",
    "cs": """na se si je jsou ve do ze po za pro při před mezi přes pod nad který která které kteří jak že aby bez nebo
        ale jeho její své svého není dva dvě tři pes psa psi kočka muž muži žena ženy dítě děti chlapec
        chlapci kluk dívka dívky lidé lidí osoba skupina voda vodě vody sníh sněhu pláž pláži moře hora
        hory les strom stromy dům auto ulice ulici kolo kole kůň město jezero řeka květina květiny nebe
        slunce červený červená červené modrý modrá modré zelený zelená černý černá černé bílý bílá bílé
        žlutý hnědý malý malá malé velký velká mladý mladá starý běží skáče sedí stojí hraje hrají drží
        jde jede leží trávě západ slunce svatba narozeniny vánoce míč""",
    "es": """el los las un una en la de unos unas con sin del al por para que está están es son su sus muy entre sobre
        bajo hacia junto mi nuestro y desde cuando donde perro perros gato gatos hombre hombres mujer
        mujeres niño niña niños niñas gente agua nieve playa mar montaña montañas bosque árbol árboles
        casa coche calle bicicleta caballo ciudad lago río flor flores cielo rojo roja azul negro negra
        blanco blanca amarillo pequeño pequeña viejo joven jugando corriendo saltando sentado sentada
        atardecer boda cumpleaños navidad verano iglesia puente""",
    "it": """il lo gli una uno con senza nel nella nei della delle dei degli del dal dalla sul sulla che è sono di da
        per tra fra molto mio mia nostro cane cani gatto gatti uomo uomini donna donne bambino bambina
        bambini ragazzo ragazza gente acqua spiaggia mare montagna montagne bosco albero alberi strada
        macchina bicicletta cavallo città lago fiume fiore fiori cielo rosso rossa blu nero nera bianco
        bianca giallo piccolo piccola vecchio giovane gioca corre salta seduto seduta tramonto matrimonio
        compleanno natale estate chiesa ponte""",
    "pt": """os uma umas uns com sem em no na nos nas do da dos das ao pelo pela que é são está estão não muito meu
        minha cão cães cachorro gato homem homens mulher mulheres criança crianças menino menina gente
        pessoas água neve praia montanha floresta árvore árvores carro rua bicicleta cavalo cidade lago
        rio flores céu vermelho vermelha azul preto preta branco branca amarelo pequeno pequena velho
        jovem brincando correndo pulando sentado pôr casamento aniversário natal verão igreja ponte e""",
    "nl": """het een van met op bij naar voor uit door zonder geen niet zijn haar hun wordt worden die dat deze onder
        naast tussen achter langs mijn onze hond honden kat katten vrouw vrouwen kinderen jongen jongens
        meisje meisjes mensen sneeuw strand zee bergen bos boom bomen huis straat fiets paard paarden stad
        meer rivier bloem bloemen lucht rood rode blauw blauwe groen groene zwart zwarte wit witte geel
        gele bruin klein kleine groot grote oud oude speelt spelen loopt lopen rent springt zit staat
        draagt zonsondergang bruiloft verjaardag""",
    "pl": """się na do od ze za przy pod nad przed między przez który która które jest są nie bez dla jak lub ale jego
        jej pies psy kot koty mężczyzna mężczyźni kobieta kobiety dziecko dzieci chłopiec chłopak
        dziewczyna dziewczynka ludzie woda wodzie śnieg śniegu plaża plaży morze góra góry las drzewo
        drzewa dom samochód ulica ulicy rower koń miasto jezioro rzeka kwiat kwiaty niebo czerwony
        czerwona niebieski zielony czarny czarna biały biała żółty mały mała duży stary młody biegnie
        skacze siedzi stoi zachód słońca ślub urodziny wakacje""",
    "sv": """och en ett med på av som är för till från utan inte vid under över mellan bakom framför den det de hans
        hennes sin sitt hund hundar katt katter kvinna kvinnor barn pojke pojkar flicka flickor människor
        vatten snö strand hav berg skog träd hus bil gata cykel häst stad sjö flod blomma blommor himmel
        röd rött blå blått grön svart svarta vit vita gul brun liten stor gammal ung leker springer hoppar
        sitter står solnedgång bröllop""",
    "da": """og en et med på af som er til fra uden ikke ved under over mellem bag foran den det de hans hendes sin
        hunde kvinde kvinder børn dreng drenge pige piger mennesker vand sne hav bjerg skov træ træer hus
        bil gade cykel hest sø flod blomst blomster himmel rød blå grøn sort sorte hvid hvide gul brun
        lille gammel leger løber hopper sidder står solnedgang bryllup""",
}

# Letters that few languages write; each counts like a word where it stands.
LETTERS = {
    "de": "ßäöü",
    "fr": "çœêèàùîôû",
    "cs": "řěůčšžýťďň",
    "es": "ñ¿¡",
    "pt": "ãõ",
    "pl": "łąęśżźćń",
    "sv": "åäö",
    "da": "øæå",
    "hu": "őű",
    "tr": "ğış",
    "ro": "țșă",
}

# Scripts that tell by themselves, by the first words of a character's Unicode name.
SCRIPTS = {
    "CYRILLIC": "ru",
    "GREEK": "el",
    "HEBREW": "he",
    "ARABIC": "ar",
    "DEVANAGARI": "hi",
    "THAI": "th",
    "HIRAGANA": "ja",
    "KATAKANA": "ja",
    "HANGUL": "ko",
    "CJK": "zh",
}

NAMES = {
    "en": "English",
    "de": "German",
    "fr": "French",
    "cs": "Czech",
    "es": "Spanish",
    "it": "Italian",
    "pt": "Portuguese",
    "nl": "Dutch",
    "pl": "Polish",
    "sv": "Swedish",
    "da": "Danish",
    "hu": "Hungarian",
    "tr": "Turkish",
    "ro": "Romanian",
    "ru": "Russian",
    "el": "Greek",
    "he": "Hebrew",
    "ar": "Arabic",
    "hi": "Hindi",
    "th": "Thai",
    "ja": "Japanese",
    "ko": "Korean",
    "zh": "Chinese",
}
