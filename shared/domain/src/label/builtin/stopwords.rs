//! Small words, and words of shops, by language: without accents, as folding leaves them.

/// A language of the Latin script, its words, and letters that others seldom have.
pub(super) struct Latin {
    pub(super) tag: &'static str,
    pub(super) words: &'static str,
    pub(super) letters: &'static str,
}

pub(super) const LATIN: &[Latin] = &[
    Latin {
        tag: "en",
        words: "the a an and is are was were have has had i you my your it its this that where when what why how can could would will \
            do does did not don t of to for with please hello hi thanks thank order from be been there any got get am me we they \
            on at if still no yes too very but or about want need back much yet never",
        letters: "",
    },
    Latin {
        tag: "de",
        words: "der die das und ist sind war nicht ich sie ihr mein meine meinen ein eine einen wo wann was warum wie kann konnen \
            haben habe hat bitte hallo danke bestellung mit von zu auf fur noch auch aber es wir mir mich ihnen dem den bei \
            guten tag schon kein keine wird wurde gibt geht heute morgen seit immer sehr oder",
        letters: "äöüß",
    },
    Latin {
        tag: "fr",
        words: "le la les un une des et est sont je vous mon ma mes votre ou quand quoi pourquoi comment que qui pas ne n j l d c \
            avec pour dans sur bonjour merci commande colis s il plait ai avez ete etre cette ce encore tres mais du au aux \
            suis nous avoir toujours depuis bien fait peut puis salut",
        letters: "éèêçàœùîôû",
    },
    Latin {
        tag: "es",
        words: "el la los las un una y es son esta no mi su donde cuando que por porque como puedo pueden tengo tiene con para en \
            hola gracias pedido favor de del al se me lo le muy pero todavia aun he ha hay quiero necesito estoy buenos dias \
            buenas tardes ustedes mas ya o si cuanto cual recibido llegado",
        letters: "ñ¿¡áíóú",
    },
    Latin {
        tag: "pt",
        words: "o a os as um uma e esta nao meu minha seu sua onde quando que por porque como posso tenho tem com para em ola oi \
            obrigado obrigada pedido favor de do da dos das ao se me muito mas ainda eu voces voce bom dia boa tarde ja mais \
            encomenda quero preciso estou foi sao qual quanto chegou recebi",
        letters: "ãõçâê",
    },
    Latin {
        tag: "it",
        words: "il lo la i gli le un una e ed sono non mio mia vostro dove quando che perche come posso ho ha con per in ciao \
            buongiorno grazie ordine favore di del della al si mi molto ma ancora anche quanto vorrei buonasera salve pacco \
            avete siete stato arrivato questo questa da piu gia quale",
        letters: "èòìù",
    },
    Latin {
        tag: "nl",
        words: "de het een en is zijn niet ik u je jullie mijn uw waar wanneer wat waarom hoe kan kunnen heb heeft hebben met voor \
            van op aan hallo goedemiddag bedankt dank bestelling alsjeblieft alstublieft graag nog ook maar dit dat deze er \
            wel geen wordt naar bij al om te pakket hoi veel",
        letters: "",
    },
    Latin {
        tag: "pl",
        words: "i w z na do nie jest sa to ja moj moja moje gdzie kiedy co dlaczego jak czy moge mam ma prosze dzien dobry dziekuje \
            zamowienie zamowienia paczka przesylka mnie sie od po ale jeszcze juz o jaki ile za panstwo witam czesc bardzo \
            chce chcialbym chcialabym mi tego",
        letters: "ąćęłńśźż",
    },
    Latin {
        tag: "cs",
        words: "a v s na do ne neni je jsou to ja muj moje kde kdy co proc jak muzu mam ma prosim dobry den dekuji objednavka \
            objednavku objednavky zasilka balik se si od po ale jeste uz o jaky kolik za ahoj mi me by jsem mate chtel \
            tohle ktery byl ani",
        letters: "ěščřžůďťň",
    },
    Latin {
        tag: "ro",
        words: "si este sunt nu eu meu mea unde cand ce de cum pot am are cu pentru in buna ziua multumesc comanda coletul va rog \
            la din pe sa se ma mai dar inca foarte un o ati cat care imi salut trebuie fost vreau acest aceasta",
        letters: "ășțțşţâ",
    },
    Latin {
        tag: "hu",
        words: "a az es van nem en enyem hol mikor mi miert hogyan kerem szia udv jo napot koszonom rendeles rendelesem csomag \
            csomagom hogy meg mar de egy ez azt ki vagy szeretnem lehet mennyi mennyibe kerul volt nagyon kell ezt nekem \
            mit tudom szeretnek kaptam",
        letters: "őűáéí",
    },
    Latin {
        tag: "tr",
        words: "ve bir bu ne nerede zaman neden nasil var yok mi mu degil ben benim siparisim siparis kargo kargom lutfen merhaba \
            tesekkurler tesekkur ederim icin ile ama daha hala cok kadar da de iyi gunler istiyorum misiniz acaba gelmedi \
            urun geri selam olarak hic",
        letters: "ğşıİç",
    },
    Latin {
        tag: "sv",
        words: "och ar det att en ett jag du min mitt mina var nar vad varfor hur kan har med for pa hej tack bestallning paket \
            inte er ni vill fran till av om men annu snalla den som de vi mig behover skulle fatt nagon mycket god",
        letters: "åäö",
    },
    Latin {
        tag: "da",
        words: "og er det at en et jeg du min mit mine hvor hvornar hvad hvorfor hvordan kan har med for pa hej tak bestilling \
            ordre pakke ikke i vil fra til af om men endnu venligst den som de vi mig gerne modtaget nogen meget tilbage \
            jeres god dag nar bliver faet",
        letters: "æøå",
    },
    Latin {
        tag: "nb",
        words: "og er det at en et jeg du min mitt mine hvor nar hva hvorfor hvordan kan har med for pa hei takk bestilling \
            bestillingen ordre pakke pakken ikke vil fra til av om men enda vennligst den som de vi meg gjerne mottatt noen \
            veldig tilbake dere deres god fatt ennå blir",
        letters: "æøå",
    },
    Latin {
        tag: "fi",
        words: "ja on ei se mina minun missa milloin mita miksi miten voi voin voinko olen olet hei moi kiitos tilaus tilaukseni \
            paketti pakettini kanssa viela mutta etta tama en ole onko kun kuin jo haluan haluaisin paljonko maksaa teidan \
            oli saanut hyvaa paivaa tilauksen hyvin",
        letters: "äö",
    },
    Latin {
        tag: "id",
        words: "dan di ke dari yang ini itu saya kami anda tidak belum sudah ada apa kapan mana dimana kenapa bagaimana bisa mau \
            tolong halo terima kasih pesanan paket barang untuk dengan berapa harga kak min selamat pagi siang kok masih saja \
            apakah ingin sampai nya lagi",
        letters: "",
    },
    Latin {
        tag: "vi",
        words: "toi cua khong la va co bao gio o dau khi nao tai sao nhu the duoc xin chao cam on don hang giao nhieu tien cho voi \
            nay chua da ban minh em anh chi shop vay roi lam hang muon doi tra hoi ma mot",
        letters: "ăđơư",
    },
];

/// Words that tell Russian, Ukrainian and Bulgarian apart, which share most of their letters.
pub(super) const CYRILLIC: &[(&str, &str)] = &[
    (
        "ru",
        "и в не что где когда мой моя мои как это я вы у меня здравствуйте привет спасибо пожалуйста заказ есть можно почему \
        сколько стоит еще уже на с по если ли нет до мне",
    ),
    (
        "uk",
        "і в не що де коли мій моя мої як це я ви у мене вітаю привіт дякую будь ласка замовлення є можна чому скільки \
        коштує ще вже на з по якщо чи немає до мені добрий день та",
    ),
    (
        "bg",
        "и в не какво къде кога моят моята моите как това аз вие имам здравейте благодаря моля поръчка поръчката има може защо \
        колко струва още вече на с по ако ли няма до ми се да съм от за е",
    ),
];
