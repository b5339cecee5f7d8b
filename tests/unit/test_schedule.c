/* Key schedules: crypto/schedule.h.
 *
 * TLS 1.3 against the traces of RFC 8448; TLS 1.0 to 1.2 against handshakes of OpenSSL with a pre-shared key,
 * made for this test; SSL 3.0 against values made with Python's hashlib, of patterns (byte i is seed + 7 i).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/text.h"
#include "crypto/prf.h"
#include "crypto/schedule.h"
#include "crypto/signature.h"
#include "support/der_text.h"

#define RECORD_MAX 1024

static const struct hl_span nothing = { NULL, 0 };

static struct hl_span hex(const char *text)
{
    struct hl_span bytes = { NULL, 0 };

    bytes.ptr = der_text(text, &bytes.len);
    return bytes;
}

static void drop(struct hl_span bytes)
{
    free((void *)bytes.ptr);
}

static void must_equal(struct hl_span bytes, const char *expected, const char *name)
{
    const struct hl_span right = hex(expected);

    if (bytes.len != right.len || (right.len > 0 && memcmp(bytes.ptr, right.ptr, right.len) != 0))
        fail_msg("%s is not %s", name, expected);
    drop(right);
}

static struct cipher_spec spec_of(uint16_t suite, uint16_t version)
{
    struct cipher_spec spec;

    assert_true(cipher_spec_of(suite, version, &spec));
    return spec;
}

/* --- TLS 1.0 to 1.2 ------------------------------------------------------------ */

#define PSK "0f1e2d3c4b5a69788796a5b4c3d2e1f0aabbccdd"
#define CLIENT_SAYS "hello from the client\n"

static const struct session {
    const char *name;
    uint16_t suite, version;
    bool extended;
    unsigned flags;
    const char *messages;                          /* ClientHello to ClientKeyExchange */
    const char *master;                            /* what OpenSSL's key log says */
    const char *client_finished, *server_finished; /* fragments of records */
    const char *client_data[2];                    /* the client's next records */
} sessions[] = {
    { "TLS 1.0, PSK-AES128-CBC-SHA", 0x008c, 0x0301, true, PROTECTION_ENCRYPT_THEN_MAC,
      "010000350301a0caf4f2b18dd81b0380fd675deb9b1ac5be9748d2f23e606d573e8e831f0884000004008c00"
      "ff010000080016000000170000020000550301f522d1d5af962c341108e294735e6eaf1a4d787349fe9647e3"
      "dad9a6aa4cda4e20fee6113decb3b56f414d9b1d37031b867b09dca5ec130c0d289040f4624eb3e0008c0000"
      "0dff0100010000160000001700000e00000010000011000f436c69656e745f6964656e74697479",
      "99de5c61b681772b2df3276aa0cdeda8ecb4b720ee55e6ba00e46e250980f2a7b5df453b374e6f76b56880f4"
      "e5a7c438",
      "0c61d646726937845a102e242f1abdac41e985a8354ef6619e41b6dadd5210d521ada2b720e02f3b8a6f4fb8"
      "084faf9eeb7dd636",
      "2a395a584b452f50e62904838cb37ec017457a6481fd83245ac302ffbf150b808acf8f55f4311a653f47e65c"
      "6839a139938b4b5e",
      { "fad140126e756ceee526329e8aaf0d9a37326b511ee39b2318f5a90c3b7b29429066a350",
        "4c8afee463351b2c221b43cd2770dcdb1a9ee38ed5b144e5650aeff61b360683ad459cfa84b5646d3c30b6fc"
        "9cf613c4d4d5c96c" } },
    { "TLS 1.1, PSK-AES256-CBC-SHA384", 0x00af, 0x0302, true, PROTECTION_ENCRYPT_THEN_MAC,
      "01000035030248a8ffddfb74ae5098435125d1452ce83722b848efc49b7dc3a2b0ba0c35217e00000400af00"
      "ff010000080016000000170000020000550302ece6ba5de5d73c1f867e5a81ed63c6cae259a0f9de19422e1b"
      "38de705cf70af220b3304a5b276b7a0cdbf179c23c8096713ff6ed8567ff93b7422355a7abc2040400af0000"
      "0dff0100010000160000001700000e00000010000011000f436c69656e745f6964656e74697479",
      "b0574a2af0333b378649ead908513ed4996459bf69e747a472b6db3fef87a2e5e15802e961019e9c9b5f73e5"
      "c3804af1",
      "748140c0ad3c9858bd22bd415c3f2f114c6ffa6a07e64b2bd6c33023aaa5dfab265cf3a6baa1c6b5eed2c6d3"
      "c3bda5600a09c67736c8989dede1656fa183d24c634843c4e245e9203930c2613091a91daaefd5fb46bcd8a2"
      "0cbbef81dcf69f92",
      "384821e0ff463456192cd4df16a434bac84263f5ee434b273d16c55cc4797927f79642acf82622917d55255a"
      "a0bcddd170ae9a69177d8a705c166c8b9f44258e5fb7833e0251471b61ff58d94d64ea921c70a43f06042d92"
      "df091c4d69b82782",
      { "12ff39e9ac356ddd4453513a30cb708dc6434e4cd25a36aea217e2104840237ddf823016496bad98bc47d899"
        "bedcb554605a1f82b0ff95348df1fd846574a7fe11d8d6994dbf5ba83f96c5be810b245e99a1000b034917a4"
        "3f124c214935a588",
        "" } },
    { "TLS 1.2, PSK-AES128-CBC-SHA256", 0x00ae, 0x0303, true, PROTECTION_ENCRYPT_THEN_MAC,
      "01000069030360c6f7281ea9e52f7a261f134138262d90cf26913ec5d01de371f670d4bdbeba00000400ae00"
      "ff0100003c0016000000170000000d0030002e040305030603080708080809080a080b080408050806040105"
      "01060103030203030102010302020204020502060202000055030333da995316513c87bda06e054e3aaf71b8"
      "19c58a8fd3d3f6c260c5bde1f96f09209044188cd183ea74638cd772cf5dd7242b01b77df4bf94947023aff0"
      "faa7342600ae00000dff0100010000160000001700000e00000010000011000f436c69656e745f6964656e74"
      "697479",
      "494b9e41028f5b55b6d45d80b5450ada1a9798fcb0648044a9231fb2a7f142c54b30a86d1100f704ad6b30e7"
      "662c5c6c",
      "e5986a1e7ee8736ba4866cf09cd5f1e15dc69f5b46bc6e166b5c2c9d57eb6281bcb840cd2c639fac674bc58c"
      "776dd7c8717dd55d0f2c156216eedf6f1aeb21a3d8c67a38e646c627e3e7734f0090874c",
      "ab92cd41e25d13933b57f1d087f86d40685139b3810bd9f4cb6596821df696f964d5133045536a93258b4c21"
      "cc332a433e1d95f2b5ebf88305b322c465d6d662f9f4e2131c96f29d1d3030012cfc79b7",
      { "74332f61b6312ebba98c20ca13e69f9f67b611b25c079e78f91785556d62b671eb71d7a6158d8df511765c18"
        "23336e481422ae2dcadc86e90de93e0ff28e13fbc8245bc8391eb9f34350426efa06c4b3",
        "" } },
    { "TLS 1.2, PSK-NULL-SHA384", 0x00b1, 0x0303, true, 0,
      "010000690303c87fbb303a0136c2a776be4e6f884d66c135e51be93eef132728571b7330ce8c00000400b100"
      "ff0100003c0016000000170000000d0030002e040305030603080708080809080a080b080408050806040105"
      "010601030302030301020103020202040205020602020000550303ccfa9d4d1e169ad57db16ba561269f25c3"
      "a0e82b4fcece9a88ee92b65fc9266c20450c08f4a64033a16324217fde1c165eb05a9a24049c9b3f41cd4d7b"
      "100f3f2400b100000dff0100010000160000001700000e00000010000011000f436c69656e745f6964656e74"
      "697479",
      "0e1beb8b56d6f9f83e980ad479afe52c6c86707f6ed080e36a2a97bf5a38641f0f21469314d6860b568c3071"
      "a4a4b1a7",
      "1400000ca3c27f785a897cadbdd3d028463d189f1a782b4988001a9e83e53b0a00cbe4893ce803180953ec1b"
      "7589fc6cca99666d4d892897742ba840b9fd8a64",
      "1400000ce3e6145fe732067dca2eaa40ce97f46fbe094dad0954e6e0ead77cd3c44ec275960e54ca33be0c45"
      "04a53b2a96bd3582cd836ebd03c26536e84ec71e",
      { "68656c6c6f2066726f6d2074686520636c69656e740a0018a810c275621dabd252e424b7b53a3c8adba168a7"
        "8038b58de63fa1a6f3e1b410be170d88c62d47913ff566891739",
        "" } },
    { "TLS 1.2, PSK-AES256-GCM-SHA384", 0x00a9, 0x0303, true, 0,
      "010000690303bbc9be0f1338d95ada7ad21fcfd0f12f533f9510f262d5c979a763dfd590aca600000400a900"
      "ff0100003c0016000000170000000d0030002e040305030603080708080809080a080b080408050806040105"
      "01060103030203030102010302020204020502060202000051030351c830c6772a9653314e98acf410e22003"
      "87cb7694a33987c6b1f30c33464f38207901f222f7919ce2f23e354996818c4579f4be7095436be3cc841e92"
      "4ed8118300a9000009ff01000100001700000e00000010000011000f436c69656e745f6964656e74697479",
      "d75671800a9046a7a96c4c54c45f50ff5ad7059eaf58bb4f3a79592b63d6a1ee78a336dc4c380b1034965654"
      "de857ea8",
      "2b8bc714d811d1a0cea33caeb198fdf9fc4d9e6937961f021dce363c100aa16a57a9086a0b56b71c",
      "37a253031fad41644f335c24bf79ab2953b497bdbb72c9ed002dd12e49f04228428c1aea7eee6bc5",
      { "2b8bc714d811d1a12ebda430d99395591451dcf3959e33dc62694a57518e7b0fc1264d386a26792a6ca428df"
        "c881",
        "" } },
    { "TLS 1.2, PSK-CHACHA20-POLY1305", 0xccab, 0x0303, true, 0,
      "01000069030307686441da149fec50bc1fadcae5ac9c74bd5530bbf2b8b93a5ee4e71dea3205000004ccab00"
      "ff0100003c0016000000170000000d0030002e040305030603080708080809080a080b080408050806040105"
      "01060103030203030102010302020204020502060202000051030334a29df3bac0917b4dcafe6626ddc7689a"
      "f5892b6c8ec973b26f649a6dc3cc71202b59d9efa12c9a8b1a748965e84454aea8a0190c35006cc7b39faa7b"
      "cf5afbb2ccab000009ff01000100001700000e00000010000011000f436c69656e745f6964656e74697479",
      "35d282e6e4c4f411bef366d2a9c6066036f8f515498544dd90dd56577168f2cf42983888fd3f0d1547ebdf31"
      "fc10be0c",
      "118731d0774b5911cb9a76550a8e769cb2614c5c5f55deb4eacfada9ba7dfe26",
      "b76f764aef0a86ed13704040fb4a8b16ee35f025d2e0385aa708e571ebce39d6",
      { "d9d4102e81c82c283ef607072bedd3d60f43da44951ad28d4db8e4946c8b3145438c003cbb70",
        "" } },
    { "TLS 1.2, PSK-AES128-CCM8", 0xc0a8, 0x0303, true, 0,
      "01000069030324d297e0bebd3f59c529749857f78aba3c857b9eb20ec14cf86f1cceb1aa1696000004c0a800"
      "ff0100003c0016000000170000000d0030002e040305030603080708080809080a080b080408050806040105"
      "01060103030203030102010302020204020502060202000051030394baec46a52b40d8e3d6e86d1aeee49486"
      "a459d3f2c4720f986a5631790bafae20a5ad05ce79ef6ac438fdc964b03ffc27abc4201c72842b4816ace16d"
      "da2d4390c0a8000009ff01000100001700000e00000010000011000f436c69656e745f6964656e74697479",
      "0af758fb8521156a92f5e679ed278020377422f45fc0b80b94fcaf56dc6a6250771b108ac1181154cc2a1257"
      "15b6bc4a",
      "0000000000000000df680300fe92c21245b7896959f0af2bb9295f56a819704b",
      "0000000000000000de409e1adc530b826563e14ee83668fb775c7d8db781a219",
      { "000000000000000185f6c369234419aba3f86ae899a4423dacec5b3e2b3ea042ad8e2f1a195a",
        "" } },
    { "TLS 1.0, PSK-AES128-CBC-SHA, plain master", 0x008c, 0x0301, false, PROTECTION_ENCRYPT_THEN_MAC,
      "01000031030188a0356fe434734794e57d24e044fa73f9ff212f243cec4429d006eeac00eef5000004008c00"
      "ff0100000400160000020000510301194185ec6b93377f7ab54d9660c01015969dc3a3e3e16e4c70350b5c44"
      "7fa7bb203a352de23734b1686248bde09338c45418595eb97f8ec28694f7ad683c17b3bd008c000009ff0100"
      "0100001600000e00000010000011000f436c69656e745f6964656e74697479",
      "0cefc0f0ad4ce9969d1365085c0411ad2a41494a7120fde19a369ad0dea6a2de68b3ffd3343cf892fdb3a9d8"
      "e9df9a7c",
      "4e22807150e20c1fe58a40c86c695688f9f8c5069256e7a697e41752ebb1f03a9d6a9bb0bb6a779273c10939"
      "46e6e01cc311770b",
      "19fb7dde510aba8a4ef93027ea2238836635504cb5df3851a946b73631c737cb236c717901663d3cc992d211"
      "da99c310cb18ec8e",
      { "eb70e896002bf033888827b4ec8c9666dc95111d21d24db6e6070ab771e25a5f53cc2eee",
        "784666f2ef7cb0768aa42980bc0137e7f30ae80a4bd74ed3972f44f1397bb920b42fe991ffe98f55db70c9ea"
        "271163aabe9b3e31" } },
    { "TLS 1.2, PSK-AES128-CBC-SHA256, plain master", 0x00ae, 0x0303, false, PROTECTION_ENCRYPT_THEN_MAC,
      "010000650303e5c52b02ec158e1669b0cbf4b1d19e1f4db1bde644d3600b24e5385d5c96a68300000400ae00"
      "ff0100003800160000000d0030002e040305030603080708080809080a080b08040805080604010501060103"
      "0302030301020103020202040205020602020000510303bb8ea1c4e5dea56896ef414f54c02958b5acfeeb67"
      "e753a63f1321509fffd4da20b60c0c0532d41a28ec9db47e91576c7e00acd0669d08b81ef6adbfae2a96ce6e"
      "00ae000009ff01000100001600000e00000010000011000f436c69656e745f6964656e74697479",
      "3aba0a79c97ced4b721b2b8aa8ce591b26f7e6dec7afb7467a62ca86703c22669f298508776acd708d2d9086"
      "4ca3de24",
      "3031a4013a361b9f5d9bee988c16a0403de6d90e87ac544fb4f254a2ae0459881bfa36986cc7b426edaacbf7"
      "8686181f05b088931a29ae0986ca87861c905b2eefe1d21aa239bc15dfafb8f3c97244cb",
      "e1d8d52e653c8771b7d3620634e584c8b506b4d4ed54153778ba4b561a9b4eed96d8efffc8b1f1e4e9316681"
      "58ca2f5294dc94421e5461ecf542cfcca07ca31bd9a110619342301da32a4f3cefe268f7",
      { "f82c13cb3c3ff582159701e7030472ce88f2747d2f9ca424000878825839d7f2ccc032be197a4089ad3706d7"
        "4a1d4ba51c26aaacc6e414696037092d9fbdf34f81c36f1a69cfb38f1502674294b31742",
        "" } },
    { "TLS 1.2, PSK-AES256-GCM-SHA384, plain master", 0x00a9, 0x0303, false, 0,
      "010000650303beea700b7309bebba73863946a34f812acbd438115a16259428489ceca00137300000400a900"
      "ff0100003800160000000d0030002e040305030603080708080809080a080b08040805080604010501060103"
      "03020303010201030202020402050206020200004d030333996b7683fe30ae592a2cb200bc8a722bb521ecc4"
      "f4ab3e67f7205831cd4c2c20ff4b96cab725eecd8b7dd926c50263bc23835c3c7dadde01c699e5f7a41ffe3b"
      "00a9000005ff010001000e00000010000011000f436c69656e745f6964656e74697479",
      "c1852912f3b5f4176757f0f3de95ff45361463da56e6d54213729c85f216d2680ff6a72ad987764796e5ad71"
      "6e31f74b",
      "9171c53dbf4c9f4dc6ba45074e8c9bd7f4ba533ea6ba5d66696f9f2fae72edb5c356a882947e9de1",
      "a618d26f2bd0e76f9222b740229c25e978266551acdd1ad21553705ddc06c0c0c3e2e4f91012b014",
      { "9171c53dbf4c9f4e10f7bc080d0fb8608bfce8e758ecb58b018fb6fad219c93fd4e4d50944ed4246924213ac"
        "0f72",
        "" } },
};

#define SESSIONS (sizeof sessions / sizeof sessions[0])

/* The randoms of both hellos: 32 bytes behind the message's header and the version. */
static void find_randoms(struct hl_span messages, struct hl_span *client, struct hl_span *server)
{
    size_t hello = 4 + ((size_t)messages.ptr[2] << 8 | messages.ptr[3]);

    *client = (struct hl_span){ messages.ptr + 6, 32 };
    *server = (struct hl_span){ messages.ptr + hello + 6, 32 };
}

static void make_master(const struct session *s, const struct cipher_spec *spec, struct hl_span messages,
                        uint8_t master[MASTER_SECRET_LENGTH])
{
    const struct hl_span psk = hex(PSK);
    uint8_t premaster[64];
    struct hl_span client, server;
    size_t length = schedule_psk_premaster(nothing, psk, premaster, sizeof premaster);

    assert_int_equal(length, 4 + 2 * psk.len);
    find_randoms(messages, &client, &server);
    if (s->extended)
        assert_true(schedule_extended_master(spec, (struct hl_span){ premaster, length }, messages, master));
    else
        assert_true(schedule_master(spec, (struct hl_span){ premaster, length }, client, server, master));
    must_equal((struct hl_span){ master, MASTER_SECRET_LENGTH }, s->master, s->name);
    drop(psk);
}

/* Opens a record; its content goes to the end of `to`. */
static void append_record(struct protection *p, uint8_t type, uint16_t version, const char *text, uint8_t *to,
                          size_t *length, const char *name)
{
    const struct hl_span fragment = hex(text);
    uint8_t out[RECORD_MAX], inner;
    struct hl_span content;

    if (protection_open(p, type, version, fragment, out, sizeof out, &content, &inner) != PROTECTION_OPENED)
        fail_msg("%s: a record does not open", name);
    if (content.len > 0)
        memcpy(to + *length, content.ptr, content.len);
    *length += content.len;
    drop(fragment);
}

/* The Finished in `record` says what it must, and joins the transcript. */
static void check_finished(const struct session *s, const struct cipher_spec *spec, struct hl_span master,
                           bool server, struct protection *p, uint8_t *transcript, size_t *length)
{
    uint8_t expected[FINISHED_LENGTH_MAX];
    size_t before = *length;
    size_t n = schedule_finished(spec, master, server, (struct hl_span){ transcript, before }, expected);

    assert_int_equal(n, 12);
    append_record(p, 22, s->version, server ? s->server_finished : s->client_finished, transcript, length,
                  s->name);
    assert_int_equal(*length - before, 4 + 12);
    assert_int_equal(transcript[before], 20); /* finished */
    if (memcmp(transcript + before + 4, expected, 12) != 0)
        fail_msg("%s: Finished of the %s", s->name, server ? "server" : "client");
}

static void test_sessions(void **state)
{
    (void)state;
    for (size_t i = 0; i < SESSIONS; i++) {
        const struct session *s = &sessions[i];
        const struct cipher_spec spec = spec_of(s->suite, s->version);
        const struct hl_span messages = hex(s->messages);
        uint8_t master[MASTER_SECRET_LENGTH], transcript[RECORD_MAX], data[RECORD_MAX];
        const struct hl_span secret = { master, sizeof master };
        struct protection client, server;
        struct hl_span client_random, server_random;
        size_t length = messages.len, said = 0;

        make_master(s, &spec, messages, master);
        find_randoms(messages, &client_random, &server_random);
        assert_true(
            schedule_key_block(&spec, secret, client_random, server_random, s->flags, &client, &server));
        memcpy(transcript, messages.ptr, messages.len);
        check_finished(s, &spec, secret, false, &client, transcript, &length);
        check_finished(s, &spec, secret, true, &server, transcript, &length);
        for (size_t n = 0; n < 2 && s->client_data[n][0] != '\0'; n++)
            append_record(&client, 23, s->version, s->client_data[n], data, &said, s->name);
        assert_int_equal(said, strlen(CLIENT_SAYS));
        assert_memory_equal(data, CLIENT_SAYS, said);
        protection_cleanup(&client);
        protection_cleanup(&server);
        drop(messages);
    }
}

/* Each version has its way: the wrong one gives another secret, and no record opens. */
static void test_other_master(void **state)
{
    const struct session *s = &sessions[0];
    const struct cipher_spec right = spec_of(s->suite, s->version), other = spec_of(s->suite, 0x0303);
    const struct hl_span messages = hex(s->messages), master = hex(s->master),
                         fragment = hex(s->client_finished);
    uint8_t one[FINISHED_LENGTH_MAX], two[FINISHED_LENGTH_MAX], out[RECORD_MAX], inner;
    struct hl_span client_random, server_random, content;
    struct protection client, server;

    (void)state;
    find_randoms(messages, &client_random, &server_random);
    assert_int_equal(schedule_finished(&right, master, false, messages, one), 12);
    assert_int_equal(schedule_finished(&other, master, false, messages, two), 12);
    assert_memory_not_equal(one, two, 12);
    assert_int_equal(schedule_finished(&right, master, true, messages, two), 12);
    assert_memory_not_equal(one, two, 12);
    assert_true(schedule_key_block(&right, master, server_random, client_random, s->flags, &client, &server));
    assert_int_equal(protection_open(&client, 22, s->version, fragment, out, sizeof out, &content, &inner),
                     PROTECTION_WRONG);
    protection_cleanup(&client);
    protection_cleanup(&server);
    drop(messages);
    drop(master);
    drop(fragment);
}

static void test_psk_premaster(void **state)
{
    const struct hl_span psk = hex("aabbcc"), other = hex("0102"), empty = { other.ptr, 0 };
    static const uint8_t large[0x10000];
    uint8_t out[16];

    (void)state;
    assert_int_equal(schedule_psk_premaster(nothing, psk, out, sizeof out), 10);
    must_equal((struct hl_span){ out, 10 }, "0003 000000 0003 aabbcc", "plain PSK");
    assert_int_equal(schedule_psk_premaster(other, psk, out, sizeof out), 9);
    must_equal((struct hl_span){ out, 9 }, "0002 0102 0003 aabbcc", "with another secret");
    assert_int_equal(schedule_psk_premaster(empty, psk, out, sizeof out), 7);
    must_equal((struct hl_span){ out, 7 }, "0000 0003 aabbcc", "with an empty one");
    assert_int_equal(schedule_psk_premaster(nothing, psk, out, 9), 0);
    assert_int_equal(schedule_psk_premaster(other, (struct hl_span){ large, sizeof large }, out, sizeof out),
                     0);
    assert_int_equal(schedule_psk_premaster((struct hl_span){ large, sizeof large }, psk, out, sizeof out),
                     0);
    drop(psk);
    drop(other);
}

/* --- SSL 3.0 --------------------------------------------------------------------- */

static struct hl_span pattern(uint8_t *out, unsigned seed, size_t length)
{
    for (size_t i = 0; i < length; i++)
        out[i] = (uint8_t)(seed + i * 7);
    return (struct hl_span){ out, length };
}

static void test_ssl3(void **state)
{
    const struct cipher_spec spec = spec_of(0x002f, 0x0300);
    uint8_t bytes[4][300], master[MASTER_SECRET_LENGTH], finished[FINISHED_LENGTH_MAX];
    const struct hl_span premaster = pattern(bytes[0], 3, 48), client_random = pattern(bytes[1], 0x11, 32);
    const struct hl_span server_random = pattern(bytes[2], 0x77, 32),
                         transcript = pattern(bytes[3], 0x31, 300);
    const struct hl_span secret = { master, sizeof master };
    struct protection client, server;

    (void)state;
    assert_true(schedule_master(&spec, premaster, client_random, server_random, master));
    must_equal(secret,
               "92707bb7769b311bfb1d3db638de43f7f6d66b328c0137bdfd204f9eccd44690bca70200abaebda0d19f16c6"
               "6980ef80",
               "master");
    assert_true(schedule_key_block(&spec, secret, client_random, server_random, PROTECTION_ENCRYPT_THEN_MAC,
                                   &client, &server));
    must_equal((struct hl_span){ client.mac_key, 20 }, "644886804b0b6667220f5af3eb515f037b7dd53c",
               "client MAC");
    must_equal((struct hl_span){ server.mac_key, 20 }, "0eb155c4e9ddf52fb8b6a68a6d747d7454b11e29",
               "server MAC");
    must_equal((struct hl_span){ client.key, 16 }, "b1a3c0db3d618f211d2026fab8cf19e6", "client key");
    must_equal((struct hl_span){ server.key, 16 }, "0e1e711895bbc214456f4c50fac12c04", "server key");
    must_equal((struct hl_span){ client.iv, 16 }, "9212869db5a65668ecf91ebd303a3aeb", "client IV");
    must_equal((struct hl_span){ server.iv, 16 }, "2761ccd1b5abc0411e30abf6b23e4566", "server IV");
    protection_cleanup(&client);
    protection_cleanup(&server);
    assert_int_equal(schedule_finished(&spec, secret, false, transcript, finished), 36);
    must_equal((struct hl_span){ finished, 36 },
               "02779509d416dea4575e36f48db335b1d4d04fb17790720627cfd2cad0243602586f7424", "client Finished");
    assert_int_equal(schedule_finished(&spec, secret, true, transcript, finished), 36);
    must_equal((struct hl_span){ finished, 36 },
               "419543336bdbd40f9a5bfa651dfb4d9c0559c50adc48063ae5817033a5248a720be8fe9e", "server Finished");
    assert_false(
        schedule_extended_master(&spec, premaster, transcript, master)); /* RFC 7627, 4: not in SSL 3.0 */
}

/* --- TLS 1.3: RFC 8448 ------------------------------------------------------------- */

#define S3_CLIENT_HELLO                                                                                      \
    "010000c00303cb34ecb1e78163ba1c38c6dacb196a6dffa21a8d9912ec18a2ef6283024dece7000006130113"               \
    "031302010000910000000b0009000006736572766572ff01000100000a00140012001d001700180019010001"               \
    "0101020103010400230000003300260024001d002099381de560e4bd43d23d8e435a7dbafeb3c06e51c13cae"               \
    "4d5413691e529aaf2c002b0003020304000d0020001e04030503060302030804080508060401050106010201"               \
    "0402050206020202002d00020101001c00024001"
#define S3_SERVER_HELLO                                                                                      \
    "020000560303a6af06a4121860dc5e6e60249cd34c95930c8ac5cb1434dac155772ed3e2692800130100002e"               \
    "00330024001d0020c9828876112095fe66762bdbf7c672e156d6cc253b833df1dd69b1b04e751f0f002b0002"               \
    "0304"
#define S3_ENCRYPTED_EXTENSIONS                                                                              \
    "080000240022000a00140012001d00170018001901000101010201030104001c0002400100000000"
#define S3_CERTIFICATE                                                                                       \
    "0b0001b9000001b50001b0308201ac30820115a003020102020102300d06092a864886f70d01010b0500300e"               \
    "310c300a06035504031303727361301e170d3136303733303031323335395a170d3236303733303031323335"               \
    "395a300e310c300a0603550403130372736130819f300d06092a864886f70d010101050003818d0030818902"               \
    "818100b4bb498f8279303d980836399b36c6988c0c68de55e1bdb826d3901a2461eafd2de49a91d015abbc9a"               \
    "95137ace6c1af19eaa6af98c7ced43120998e187a80ee0ccb0524b1b018c3e0b63264d449a6d38e22a5fda43"               \
    "0846748030530ef0461c8ca9d9efbfae8ea6d1d03e2bd193eff0ab9a8002c47428a6d35a8d88d79f7f1e3f02"               \
    "03010001a31a301830090603551d1304023000300b0603551d0f0404030205a0300d06092a864886f70d0101"               \
    "0b05000381810085aad2a0e5b9276b908c65f73a7267170618a54c5f8a7b337d2df7a594365417f2eae8f8a5"               \
    "8c8f8172f9319cf36b7fd6c55b80f21a03015156726096fd335e5e67f2dbf102702e608ccae6bec1fc63a42a"               \
    "99be5c3eb7107c3c54e9b9eb2bd5203b1c3b84e0a8b2f759409ba3eac9d91d402dcc0cc8f8961229ac9187b4"               \
    "2b4de10000"
#define S3_CERTIFICATE_VERIFY                                                                                \
    "0f000084080400805a747c5d88fa9bd2e55ab085a61015b7211f824cd484145ab3ff52f1fda8477b0b7abc90"               \
    "db78e2d33a5c141a078653fa6bef780c5ea248eeaaa785c4f394cab6d30bbe8d4859ee511f602957b15411ac"               \
    "027671459e46445c9ea58c181e818e95b8c3fb0bf3278409d3be152a3da5043e063dda65cdf5aea20d53dfac"               \
    "d42f74f3"
#define S3_SERVER_FINISHED "140000209b9b141d906337fbd2cbdce71df4deda4ab42c309572cb7fffee5454b78f0718"
#define S3_FLIGHT_RECORD                                                                                     \
    "d1ff334a56f5bff6594a07cc87b580233f500f45e489e7f33af35edf7869fcf40aa40aa2b8ea73f848a7ca07"               \
    "612ef9f945cb960b4068905123ea78b111b429ba9191cd05d2a389280f526134aadc7fc78c4b729df828b5ec"               \
    "f7b13bd9aefb0e57f271585b8ea9bb355c7c79020716cfb9b1183ef3ab20e37d57a6b9d7477609aee6e122a4"               \
    "cf51427325250c7d0e509289444c9b3a648f1d71035d2ed65b0e3cdd0cbae8bf2d0b227812cbb360987255cc"               \
    "744110c453baa4fcd610928d809810e4b7ed1a8fd991f06aa6248204797e36a6a73b70a2559c09ead686945b"               \
    "a246ab66e5edd8044b4c6de3fcf2a89441ac66272fd8fb330ef8190579b3684596c960bd596eea520a56a8d6"               \
    "50f563aad27409960dca63d3e688611ea5e22f4415cf9538d51a200c27034272968a264ed6540c84838d89f7"               \
    "2c24461aad6d26f59ecaba9acbbb317b66d902f4f292a36ac1b639c637ce343117b659622245317b49eeda0c"               \
    "6258f100d7d961ffb138647e92ea330faeea6dfa31c7a84dc3bd7e1b7a6c7178af36879018e3f252107f243d"               \
    "243dc7339d5684c8b0378bf30244da8c87c843f5e56eb4c5e8280a2b48052cf93b16499a66db7cca71e45994"               \
    "26f7d461e66f99882bd89fc50800becca62d6c74116dbd2972fda1fa80f85df881edbe5a37668936b335583b"               \
    "599186dc5c6918a396fa48a181d6b6fa4f9d62d513afbb992f2b992f67f8afe67f76913fa388cb5630c8ca01"               \
    "e0c65d11c66a1e2ac4c85977b7c7a6999bbf10dc35ae69f5515614636c0b9b68c19ed2e31c0b3b66763038eb"               \
    "ba42f3b38edc0399f3a9f23faa63978c317fc9fa66a73f60f0504de93b5b845e275592c12335ee340bbc4fdd"               \
    "d502784016e4b3be7ef04dda49f4b440a30cb5d2af939828fd4ae3794e44f94df5a631ede42c1719bfdabf02"               \
    "53fe5175be898e750edc53370d2b"
#define S3_TICKET                                                                                            \
    "040000c90000001efad6aac502000000b22c035d829359ee5ff7af4ec900000000262a6494dc486d2c8a34cb"               \
    "33fa90bf1b0070ad3c498883c9367c09a2be785abc55cd226097a3a982117283f82a03a143efd3ff5dd36d64"               \
    "e861be7fd61d2827db279cce145077d454a3664d4e6da4d29ee03725a6a4dafcd0fc67d2aea70529513e3da2"               \
    "677fa5906c5b3f7d8f92f228bda40dda721470f9fbf297b5aea617646fac5c03272e970727c621a79141ef5f"               \
    "7de6505e5bfbc388e93343694093934ae4d3570008002a000400000400"
#define S3_TICKET_RECORD                                                                                     \
    "3a6b8f90414a97d6959c3487680de5134a2b240e6cffac116e95d41d6af8f6b580dcf3d11d63c758db289a01"               \
    "5940252f55713e061dc13e078891a38efbcf5753ad8ef170ad3c7353d16d9da773b9ca7f2b9fa1b6c0d4a3d0"               \
    "3f75e09c30ba1e62972ac46f75f7b981be63439b2999ce13064615139891d5e4c5b406f16e3fc181a77ca475"               \
    "840025db2f0a77f81b5ab05b94c01346755f69232c86519d86cbeeac87aac347d143f9605d64f650db4d023e"               \
    "70e952ca49fe5137121c74bc2697687e248746d6df353005f3bce18696129c8153556b3b6c6779b37bf15985"               \
    "684f"
#define S4_CLIENT_HELLO                                                                                      \
    "010001fc03031bc3ceb6bbe39cff938355b5a50adb6db21b7a6af649d7b4bc419d7876487d95000006130113"               \
    "031302010001cd0000000b0009000006736572766572ff01000100000a00140012001d001700180019010001"               \
    "01010201030104003300260024001d0020e4ffb68ac05f8d96c99da26698346c6be16482badddafe051a66b4"               \
    "f18d668f0b002a0000002b0003020304000d0020001e04030503060302030804080508060401050106010201"               \
    "0402050206020202002d00020101001c00024001001500570000000000000000000000000000000000000000"               \
    "0000000000000000000000000000000000000000000000000000000000000000000000000000000000000000"               \
    "0000000000000000000000000000000000000000000000002900dd00b800b22c035d829359ee5ff7af4ec900"               \
    "000000262a6494dc486d2c8a34cb33fa90bf1b0070ad3c498883c9367c09a2be785abc55cd226097a3a98211"               \
    "7283f82a03a143efd3ff5dd36d64e861be7fd61d2827db279cce145077d454a3664d4e6da4d29ee03725a6a4"               \
    "dafcd0fc67d2aea70529513e3da2677fa5906c5b3f7d8f92f228bda40dda721470f9fbf297b5aea617646fac"               \
    "5c03272e970727c621a79141ef5f7de6505e5bfbc388e93343694093934ae4d357fad6aacb0021203add4fb2"               \
    "d8fdf822a0ca3cf7678ef5e88dae990141c5924d57bb6fa31b9e5f9d"
#define S4_SERVER_HELLO                                                                                      \
    "0200005c03033ccfd2dec890222763472ae8136777c9d7358777bb66e91ea5122495f559ea2d001301000034"               \
    "00290002000000330024001d0020121761ee42c333e1b9e77b60dd57c2053cd94512ab47f115e86eff50942c"               \
    "ea31002b00020304"
#define S3_KEY                                                                                               \
    "30819f300d06092a864886f70d010101050003818d0030818902818100b4bb498f8279303d980836399b36c6"               \
    "988c0c68de55e1bdb826d3901a2461eafd2de49a91d015abbc9a95137ace6c1af19eaa6af98c7ced43120998"               \
    "e187a80ee0ccb0524b1b018c3e0b63264d449a6d38e22a5fda430846748030530ef0461c8ca9d9efbfae8ea6"               \
    "d1d03e2bd193eff0ab9a8002c47428a6d35a8d88d79f7f1e3f0203010001"

#define S3_THROUGH_CERTIFICATE S3_CLIENT_HELLO S3_SERVER_HELLO S3_ENCRYPTED_EXTENSIONS S3_CERTIFICATE
#define S3_THROUGH_VERIFY S3_THROUGH_CERTIFICATE S3_CERTIFICATE_VERIFY
#define S3_THROUGH_SERVER S3_THROUGH_VERIFY S3_SERVER_FINISHED
#define S3_CLIENT_FINISHED "14000020 a8ec436d677634ae525ac1fcebe11a039ec17694fac6e98527b642f2edd5ce61"
#define S3_THROUGH_CLIENT S3_THROUGH_SERVER S3_CLIENT_FINISHED

#define S4_ENCRYPTED_EXTENSIONS                                                                              \
    "080000280026000a00140012001d00170018001901000101010201030104001c0002400100000000002a0000"
#define S4_SERVER_FINISHED "14000020 48d3e0e1b3d907c6acff145e16090388c77b05c050b634ab1a88bbd0dd1a34b2"
#define S4_THROUGH_EXTENSIONS S4_CLIENT_HELLO S4_SERVER_HELLO S4_ENCRYPTED_EXTENSIONS
#define S4_THROUGH_SERVER S4_THROUGH_EXTENSIONS S4_SERVER_FINISHED
#define S4_END_OF_EARLY_DATA "05000000"
#define S4_CLIENT_FINISHED "14000020 7230a9c952c25cd6138fc5e6628308c41c5335dd81b9f96bcea50fd32bda416d"

#define FIFTY_BYTES                                                                                          \
    "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f202122232425262728292a2b2c2d2e2f3031"

/* The hash of messages, in storage of its own. */
struct digest {
    uint8_t bytes[DIGEST_LENGTH_MAX];
    size_t length;
};

static struct hl_span hash_of(const struct cipher_spec *spec, const char *messages, struct digest *out)
{
    const struct hl_span bytes = hex(messages);

    out->length = schedule_transcript_hash(spec, bytes, out->bytes);
    drop(bytes);
    return (struct hl_span){ out->bytes, out->length };
}

static struct secret derive(const struct cipher_spec *spec, enum tls13_secret which,
                            const struct secret *from, const char *messages, const char *expected)
{
    struct digest digest;
    struct secret out;

    assert_true(tls13_derive(spec, which, secret_span(from), hash_of(spec, messages, &digest), &out));
    if (expected != NULL)
        must_equal(secret_span(&out), expected, "a secret");
    return out;
}

static struct protection protect(const struct cipher_spec *spec, const struct secret *traffic,
                                 const char *key, const char *iv)
{
    struct protection p;

    assert_true(tls13_protection(spec, secret_span(traffic), &p));
    must_equal((struct hl_span){ p.key, spec->key_length }, key, "key");
    must_equal((struct hl_span){ p.iv, spec->fixed_iv_length }, iv, "iv");
    return p;
}

static void must_open(struct protection *p, const char *record, uint8_t type, const char *expected)
{
    const struct hl_span fragment = hex(record);
    uint8_t *out = malloc(fragment.len), inner;
    struct hl_span content;

    assert_int_equal(protection_open(p, 23, 0x0303, fragment, out, fragment.len, &content, &inner),
                     PROTECTION_OPENED);
    assert_int_equal(inner, type);
    must_equal(content, expected, "content");
    free(out);
    drop(fragment);
}

static void must_finish(const struct cipher_spec *spec, const struct secret *base, const char *messages,
                        const char *finished)
{
    const struct hl_span message = hex(finished);
    struct digest digest;
    struct secret data;

    assert_true(tls13_finished(spec, secret_span(base), hash_of(spec, messages, &digest), &data));
    assert_int_equal(data.length, message.len - 4);
    assert_memory_equal(data.bytes, message.ptr + 4, data.length);
    drop(message);
}

static struct secret handshake_secret(const struct cipher_spec *spec, const struct secret *early,
                                      const char *shared, const char *expected)
{
    const struct hl_span key = hex(shared);
    struct secret out;

    assert_true(tls13_handshake_secret(spec, secret_span(early), key, &out));
    must_equal(secret_span(&out), expected, "handshake secret");
    drop(key);
    return out;
}

static struct secret master_secret(const struct cipher_spec *spec, const struct secret *handshake,
                                   const char *expected)
{
    struct secret out;

    assert_true(tls13_master_secret(spec, secret_span(handshake), &out));
    must_equal(secret_span(&out), expected, "master secret");
    return out;
}

static struct secret early_secret(const struct cipher_spec *spec, const char *psk, const char *expected)
{
    const struct hl_span key = hex(psk);
    struct secret out;

    assert_true(tls13_early_secret(spec, key, &out));
    must_equal(secret_span(&out), expected, "early secret");
    drop(key);
    return out;
}

#define S3_EARLY "33ad0a1c607ec03b09e6cd9893680ce210adf300aa1f2660e1b22e10f170f92a"
#define S3_SHARED "8bd4054fb55b9d63fdfbacf9f04b9f0d35e6d63f537563efd46272900f89492d"
#define S3_HANDSHAKE "1dc826e93606aa6fdc0aadc12f741b01046aa6b99f691ed221a9f0ca043fbeac"
#define S3_MASTER "18df06843d13a08bf2a449844c5f8a478001bc4d4c627984d5a41da8d0402919"

/* RFC 8448, section 3: the handshake. */
static void test_simple_handshake(void **state)
{
    const struct cipher_spec spec = spec_of(0x1301, 0x0304);
    const struct secret early = early_secret(&spec, "", S3_EARLY);
    const struct secret handshake = handshake_secret(&spec, &early, S3_SHARED, S3_HANDSHAKE);
    const struct secret server =
        derive(&spec, TLS13_SERVER_HANDSHAKE_TRAFFIC, &handshake, S3_CLIENT_HELLO S3_SERVER_HELLO,
               "b67b7d690cc16c4e75e54213cb2d37b4e9c912bcded9105d42befd59d391ad38");
    const struct secret client =
        derive(&spec, TLS13_CLIENT_HANDSHAKE_TRAFFIC, &handshake, S3_CLIENT_HELLO S3_SERVER_HELLO,
               "b3eddb126e067f35a780b3abf45e2d8f3b1a950738f52e9600746a0e27a55a21");
    struct protection p =
        protect(&spec, &server, "3fce516009c21727d0f2e4e86ee403bc", "5d313eb2671276ee13000b30");

    (void)state;
    must_open(&p, S3_FLIGHT_RECORD, 22,
              S3_ENCRYPTED_EXTENSIONS S3_CERTIFICATE S3_CERTIFICATE_VERIFY S3_SERVER_FINISHED);
    must_finish(&spec, &server, S3_THROUGH_VERIFY, S3_SERVER_FINISHED);
    protection_cleanup(&p);
    p = protect(&spec, &client, "dbfaa693d1762c5b666af5d950258d01", "5bd3c71b836e0b76bb73265f");
    must_open(
        &p,
        "75ec4dc238cce60b298044a71e219c56cc77b0517fe9b93c7a4bfc44d87f38f80338ac98fc46deb384bd1caeacab6867"
        "d726c40546",
        22, S3_CLIENT_FINISHED);
    must_finish(&spec, &client, S3_THROUGH_SERVER, S3_CLIENT_FINISHED);
    protection_cleanup(&p);
}

/* The same: what comes after it. */
static void test_simple_application(void **state)
{
    const struct cipher_spec spec = spec_of(0x1301, 0x0304);
    const struct secret early = early_secret(&spec, "", S3_EARLY);
    const struct secret handshake = handshake_secret(&spec, &early, S3_SHARED, S3_HANDSHAKE);
    const struct secret master = master_secret(&spec, &handshake, S3_MASTER);
    const struct secret client = derive(&spec, TLS13_CLIENT_APPLICATION_TRAFFIC, &master, S3_THROUGH_SERVER,
                                        "9e40646ce79a7f9dc05af8889bce6552875afa0b06df0087f792ebb7c17504a5");
    const struct secret server = derive(&spec, TLS13_SERVER_APPLICATION_TRAFFIC, &master, S3_THROUGH_SERVER,
                                        "a11af9f05531f856ad47116b45a950328204b4f44bfb6b3a4b4f1f3fcb631643");
    struct protection p =
        protect(&spec, &server, "9f02283b6c9c07efc26bb9f2ac92e356", "cf782b88dd83549aadf1e984");

    (void)state;
    derive(&spec, TLS13_EXPORTER, &master, S3_THROUGH_SERVER,
           "fe22f881176eda18eb8f44529e6792c50c9a3f89452f68d8ae311b4309d3cf50");
    must_open(&p, S3_TICKET_RECORD, 22, S3_TICKET);
    must_open(
        &p,
        "2e937e11ef4ac740e538ad36005fc4a46932fc3225d05f82aa1b36e30efaf97d90e6dffc602dcb501a59a8fcc49c4bf2"
        "e5f0a21c0047c2abf332540dd032e167c2955d",
        23, FIFTY_BYTES);
    must_open(&p, "b58fd67166ebf599d24720cfbe7efa7a8864a9", 21, "0100");
    protection_cleanup(&p);
    p = protect(&spec, &client, "17422dda596ed5d9acd890e3c63f5051", "5b78923dee08579033e523d9");
    must_open(
        &p,
        "a23f7054b62c94d0affafe8228ba55cbefacea42f914aa66bcab3f2b9819a8a5b46b395bd54a9a20441e2b62974e1f5a"
        "6292a2977014bd1e3deae63aeebb21694915e4",
        23, FIFTY_BYTES);
    must_open(&p, "c9872760655666b74d7ff1153efd6db6d0b0e3", 21, "0100");
    protection_cleanup(&p);
}

/* The same: what a ticket stands for. */
static void test_simple_resumption(void **state)
{
    const struct cipher_spec spec = spec_of(0x1301, 0x0304);
    const struct secret early = early_secret(&spec, "", S3_EARLY);
    const struct secret handshake = handshake_secret(&spec, &early, S3_SHARED, S3_HANDSHAKE);
    const struct secret master = master_secret(&spec, &handshake, S3_MASTER);
    const struct secret resumption =
        derive(&spec, TLS13_RESUMPTION, &master, S3_THROUGH_CLIENT,
               "7df235f2031d2a051287d02b0241b0bfdaf86cc856231f2d5aba46c434ec196c");
    const struct hl_span nonce = hex("0000");
    struct secret psk;

    (void)state;
    assert_true(tls13_resumption_psk(&spec, secret_span(&resumption), nonce, &psk));
    must_equal(secret_span(&psk), "4ecd0eb6ec3b4d87f5d6028f922ca4c5851a277fd41311c9e62d2c9492e1c4f3", "PSK");
    drop(nonce);
}

/* The same: its CertificateVerify is right, of this content and no other. */
static void test_certificate_verify(void **state)
{
    const struct cipher_spec spec = spec_of(0x1301, 0x0304);
    const struct sig_algorithm algorithm = sig_of_scheme(0x0804);
    const struct hl_span message = hex(S3_CERTIFICATE_VERIFY), der = hex(S3_KEY);
    const struct hl_span signature = { message.ptr + 8, message.len - 8 };
    uint8_t content[TLS13_SIGNED_MAX];
    struct hl_x509_key key;
    struct digest digest;

    (void)state;
    assert_true(x509_key_parse(der, &key));
    for (unsigned server = 0; server < 2; server++) {
        const struct hl_span hash = hash_of(&spec, S3_THROUGH_CERTIFICATE, &digest);
        const struct hl_span part = { content, tls13_certificate_verify_content(server == 1, hash, content) };
        assert_int_equal(part.len, 64 + 34 + 32);
        assert_int_equal(sig_verify(&key, &algorithm, &part, 1, signature, NULL),
                         server == 1 ? SIG_VERIFIED : SIG_WRONG);
    }
    assert_int_equal(tls13_certificate_verify_content(true, nothing, content), 0);
    assert_int_equal(tls13_certificate_verify_content(true, (struct hl_span){ message.ptr, 65 }, content), 0);
    drop(message);
    drop(der);
}

#define S4_PSK "4ecd0eb6ec3b4d87f5d6028f922ca4c5851a277fd41311c9e62d2c9492e1c4f3"
#define S4_EARLY "9b2188e9b2fc6d64d71dc329900e20bb41915000f678aa839cbb797cb7d8332c"
#define S4_BINDERS 35 /* bytes: the list's length, the binder's, the binder */

/* RFC 8448, section 4: the binder of the PSK, and early data. */
static void test_resumed_early(void **state)
{
    const struct cipher_spec spec = spec_of(0x1301, 0x0304);
    const struct secret early = early_secret(&spec, S4_PSK, S4_EARLY);
    const struct secret binder_key =
        derive(&spec, TLS13_RESUMPTION_BINDER, &early, "",
               "69fe131a3bbad5d63c64eebcc30e395b9d8107726a13d074e389dbc8a4e47256");
    const struct secret traffic = derive(&spec, TLS13_CLIENT_EARLY_TRAFFIC, &early, S4_CLIENT_HELLO,
                                         "3fbbe6a60deb66c30a32795aba0eff7eaa10105586e7be5c09678d63b6caab62");
    const struct hl_span hello = hex(S4_CLIENT_HELLO);
    uint8_t hash[DIGEST_LENGTH_MAX];
    struct secret binder;

    (void)state;
    size_t length =
        schedule_transcript_hash(&spec, (struct hl_span){ hello.ptr, hello.len - S4_BINDERS }, hash);
    must_equal((struct hl_span){ hash, length },
               "63224b2e4573f2d3454ca84b9d009a04f6be9e05711a8396473aefa01e924a14",
               "the hash of what is bound");
    assert_true(tls13_finished(&spec, secret_span(&binder_key), (struct hl_span){ hash, length }, &binder));
    assert_int_equal(binder.length, 32);
    assert_memory_equal(binder.bytes, hello.ptr + hello.len - 32, 32);
    derive(&spec, TLS13_EARLY_EXPORTER, &early, S4_CLIENT_HELLO,
           "b2026866610937d7423e5be90862ccf24c0e6091186d34f812089ff5be2ef7df");
    struct protection p =
        protect(&spec, &traffic, "920205a5b7bf2115e6fc5c2942834f54", "6d475f0993c8e564610db2b9");
    must_open(&p, "ab1df420e75c457a7cc5d2844f76d5aee4b4edbf049be0", 23, "'ABCDEF'");
    must_open(&p, "aca6fc944841298df99593725f9bf9754429b12f09", 22, S4_END_OF_EARLY_DATA);
    protection_cleanup(&p);
    drop(hello);
}

/* The same: with both a PSK and a key exchange. */
static void test_resumed_handshake(void **state)
{
    const struct cipher_spec spec = spec_of(0x1301, 0x0304);
    const struct secret early = early_secret(&spec, S4_PSK, S4_EARLY);
    const struct secret handshake =
        handshake_secret(&spec, &early, "f44194756ff9ec9d25180635d66ea6824c6ab3bf179977be37f723570e7ccb2e",
                         "005cb112fd8eb4ccc623bb88a07c64b3ede1605363fc7d0df8c7ce4ff0fb4ae6");
    const struct secret master =
        master_secret(&spec, &handshake, "e2d32d4ed66dd37897a0e80c84107503ce58bf8aad4cb55a5002d77ecb890ece");
    const struct secret client =
        derive(&spec, TLS13_CLIENT_HANDSHAKE_TRAFFIC, &handshake, S4_CLIENT_HELLO S4_SERVER_HELLO,
               "2faac08f851d35fea3604fcb4de82dc62c9b164a70974d0462e27f1ab278700f");
    const struct secret server =
        derive(&spec, TLS13_SERVER_HANDSHAKE_TRAFFIC, &handshake, S4_CLIENT_HELLO S4_SERVER_HELLO,
               "fe927ae271312e8bf0275b581c54eef020450dc4ecffaa05a1a35d27518e7803");

    (void)state;
    struct protection p =
        protect(&spec, &server, "27c6bdc0a3dcea39a47326d79bc9e4ee", "9569ecdd4d0536705e9ef725");
    must_open(
        &p,
        "dc48237b4b879f50d0d4d262ea8b4716eb40ddc1eb957e11126e8a7149c2d012d37a7115957e64ce30008b9e0323f2c0"
        "5a9c1c77b4f37849a695ab255060a33fee770ca95cb8486bfd0843b87024865ca35cc41c4e515c64dcb1369f98635bc7"
        "a5",
        22, S4_ENCRYPTED_EXTENSIONS S4_SERVER_FINISHED);
    must_finish(&spec, &server, S4_THROUGH_EXTENSIONS, S4_SERVER_FINISHED);
    protection_cleanup(&p);
    p = protect(&spec, &client, "b1530806f4adfeac83f1413032bbfa82", "eb50c16be7654abf99dd06d9");
    must_open(
        &p,
        "00f8b467d14cf22a4b3f0b6ae0d8e6cc8d08e0db3515ef5c2bdf1922eafbb70009964716d834fb70c3d2a56c5b1f5f6b"
        "dba6c333cf",
        22, S4_CLIENT_FINISHED);
    must_finish(&spec, &client, S4_THROUGH_SERVER S4_END_OF_EARLY_DATA, S4_CLIENT_FINISHED);
    protection_cleanup(&p);
    derive(&spec, TLS13_RESUMPTION, &master, S4_THROUGH_SERVER S4_END_OF_EARLY_DATA S4_CLIENT_FINISHED,
           "5e95bdf1f89005ea2e9aa0ba85e728e3c19c5fe0c699e3f5bee59faebd0b5406");
}

/* --- TLS 1.3: what RFC 8448 does not have ---------------------------------------------- */

/* RFC 8446, 4.4.1. */
static void test_message_hash(void **state)
{
    const struct cipher_spec spec = spec_of(0x1302, 0x0304), old = spec_of(0xc030, 0x0303);
    const struct hl_span hello = hex(S3_CLIENT_HELLO);
    uint8_t out[TLS13_MESSAGE_HASH_MAX], hash[DIGEST_LENGTH_MAX];

    (void)state;
    assert_int_equal(tls13_message_hash(&spec, hello, out), 4 + 48);
    must_equal((struct hl_span){ out, 4 }, "fe000030", "header");
    assert_int_equal(schedule_transcript_hash(&spec, hello, hash), 48);
    assert_memory_equal(out + 4, hash, 48);
    assert_int_equal(tls13_message_hash(&old, hello, out), 0);
    drop(hello);
}

/* RFC 8446, 4.4.3 has this as its example. */
static void test_signed_content(void **state)
{
    const struct hl_span hash = hex("R32(01)");
    uint8_t out[TLS13_SIGNED_MAX];

    (void)state;
    assert_int_equal(tls13_certificate_verify_content(true, hash, out), 130);
    must_equal((struct hl_span){ out, 130 }, "R64(20) 'TLS 1.3, server CertificateVerify' 00 R32(01)",
               "server");
    assert_int_equal(tls13_certificate_verify_content(false, hash, out), 130);
    must_equal((struct hl_span){ out, 130 }, "R64(20) 'TLS 1.3, client CertificateVerify' 00 R32(01)",
               "client");
    drop(hash);
}

/* Of each form of TLS 1.3 the traffic secret's key, and the next secret; made with Python's hmac. */
static void test_traffic(void **state)
{
    static const struct {
        uint16_t suite, version;
        const char *key, *iv, *next;
    } rows[] = {
        { 0x1302, 0x0304, "796e29d85b13d4b2f32745c38611c7b9a36291b694ddc5158f203e25ac4056a0",
          "8c22d1264f2e5210292904e3",
          "5b315fce5b04aa1d62bf18e4a29980e5707b09c1f357a2a97725689d0b9a0d23021f0ac9ed00453a2aa09e83"
          "5fb5fc5b" },
        { 0x1303, 0x7f17, "24034052eb93b61b70c03b49435e578db2a36738e4eea727ce8a3c2a80c58528",
          "dc445e8894ccc2bd51217ecd", "8fc4e95d5131d2ae41a012fdb06a7f35aa9f36249315af4ae2f105d0de69054f" },
        { 0x1301, 0x7f12, "e6bb57baef24b888c12789ca3e9b8476", "8f7adf88df3f81b47e11a02f",
          "166337c67795235a523f34fc3139568bc9585806134a46f24135dd2e31f35c9a" },
        { 0x1301, 0xfb17, "3ad58986f21cc40c25f68e2a8bed954b", "dc445e8894ccc2bd51217ecd",
          "8fc4e95d5131d2ae41a012fdb06a7f35aa9f36249315af4ae2f105d0de69054f" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct cipher_spec spec = spec_of(rows[i].suite, rows[i].version);
        struct secret traffic = { .length = spec.prf == HL_X509_SHA384 ? 48 : 32 }, next;
        pattern(traffic.bytes, 11, traffic.length);
        assert_true(tls13_next_traffic(&spec, secret_span(&traffic), &next));
        must_equal(secret_span(&next), rows[i].next, "the next traffic secret");
        struct protection p = protect(&spec, &traffic, rows[i].key, rows[i].iv);
        protection_cleanup(&p);
    }
}

/* What does not fit together is refused, and leaves nothing. */
static void test_refuses(void **state)
{
    static const struct secret empty;
    const struct cipher_spec old = spec_of(0xc02f, 0x0303), sm = spec_of(0x00c6, 0x0304),
                             draft = spec_of(0x1301, 0x7f12);
    const struct cipher_spec now = spec_of(0x1301, 0x0304), dtls = spec_of(0x1301, 0xfefc),
                             ascon = spec_of(0x0070, 0x0304);
    uint8_t bytes[48] = { 1 }, master[MASTER_SECRET_LENGTH], finished[FINISHED_LENGTH_MAX];
    const struct hl_span some = { bytes, 32 }, secret = { bytes, 48 };
    struct protection client, server;
    struct secret out;

    (void)state;
    assert_false(tls13_early_secret(&old, some, &out)); /* TLS 1.2 has no such thing */
    assert_false(tls13_early_secret(&sm, some, &out));
    assert_false(tls13_handshake_secret(&sm, some, some, &out));
    assert_memory_equal(&out, &empty, sizeof out);
    assert_false(tls13_derive(&draft, TLS13_EXPORTER, some, some, &out));
    assert_false(tls13_master_secret(&draft, some, &out));
    assert_false(tls13_derive(&ascon, TLS13_EXPORTER, some, some, &out));
    assert_false(tls13_finished(&sm, some, some, &out));
    assert_memory_equal(&out, &empty, sizeof out);
    assert_false(tls13_protection(&old, some, &client));
    assert_true(tls13_finished(&dtls, some, some, &out)); /* the schedule is here, if the records are not */
    assert_true(tls13_protection(&dtls, some, &client));
    protection_cleanup(&client);

    assert_false(schedule_master(&now, some, some, some, master)); /* TLS 1.3 has none */
    assert_false(schedule_extended_master(&now, some, some, master));
    assert_false(schedule_key_block(&now, secret, some, some, 0, &client, &server));
    assert_int_equal(schedule_finished(&now, secret, true, some, finished), 0);
    assert_false(schedule_master(&old, some, secret, some, master)); /* a random of 48 bytes */
    assert_true(schedule_master(&old, nothing, some, some, master)); /* an empty one is a value, too */
}

/* A suite that cannot be opened has a key block that says so. */
static void test_unavailable(void **state)
{
    static const uint16_t suites[] = { 0x0003, 0x0096, 0xc050, 0xc100, 0x1306, 0x0083 };
    const uint8_t bytes[48] = { 1 }, record[64] = { 2 };
    const struct hl_span some = { bytes, 32 }, secret = { bytes, 48 };

    (void)state;
    for (size_t i = 0; i < sizeof suites / sizeof suites[0]; i++) {
        const struct cipher_spec spec = spec_of(suites[i], 0x0303);
        struct protection client, server;
        uint8_t out[64], inner;
        struct hl_span content;
        assert_true(schedule_key_block(&spec, secret, some, some, 0, &client, &server));
        assert_int_equal(protection_open(&server, 22, 0x0303, (struct hl_span){ record, sizeof record }, out,
                                         sizeof out, &content, &inner),
                         PROTECTION_UNAVAILABLE);
        protection_cleanup(&client);
        protection_cleanup(&server);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sessions),          cmocka_unit_test(test_other_master),
        cmocka_unit_test(test_psk_premaster),     cmocka_unit_test(test_ssl3),
        cmocka_unit_test(test_simple_handshake),  cmocka_unit_test(test_simple_application),
        cmocka_unit_test(test_simple_resumption), cmocka_unit_test(test_certificate_verify),
        cmocka_unit_test(test_resumed_early),     cmocka_unit_test(test_resumed_handshake),
        cmocka_unit_test(test_message_hash),      cmocka_unit_test(test_signed_content),
        cmocka_unit_test(test_traffic),           cmocka_unit_test(test_refuses),
        cmocka_unit_test(test_unavailable),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
