/* Records opened: crypto/protection.h.
 *
 * The records were sealed for this test with Python's cryptography, by a sealer that shares nothing with the
 * code under test. Keys and content are a pattern: byte i is seed + 7 i. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "crypto/prf.h"
#include "crypto/protection.h"
#include "crypto/sealing.h"
#include "support/der_text.h"
#include "wire/version.h"

#include <stdio.h>

#define ETM PROTECTION_ENCRYPT_THEN_MAC
#define CUT PROTECTION_TRUNCATED_HMAC
#define DTLS_SEQUENCE ((uint64_t)1 << 48 | 5)
#define RECORDS 3

struct row {
    const char *name;
    uint16_t suite, version;
    unsigned flags;
    uint64_t sequence; /* of the first record */
    const char *records[RECORDS];
};

/* What is in the records of every row; the last one has more padding than it needs. */
static const struct {
    uint8_t type;
    size_t length;
} contents[RECORDS] = { { 22, 20 }, { 23, 0 }, { 23, 37 } };

static const struct row rows[] = {
    { "NULL-MD5, SSL 3.0", 0x0001, 0x0300, 0, 0,
      { "20272e353c434a51585f666d747b828990979ea5d336b3aab5d73a75dc65acd1f9a4347d",
        "ed4d26eeaf1f43d162ad8dfec8d47f1e",
        "222930373e454c535a61686f767d848b9299a0a7aeb5bcc3cad1d8dfe6edf4fb020910171e383c9e97ad7a29"
        "6c6fa383eb81cd5e76" } },
    { "NULL-MD5, TLS 1.0", 0x0001, 0x0301, 0, 0,
      { "20272e353c434a51585f666d747b828990979ea5f1a311ec034fe5ff3f43b520fd605baa",
        "5a8212042f04c1fcb076564572a149dd",
        "222930373e454c535a61686f767d848b9299a0a7aeb5bcc3cad1d8dfe6edf4fb020910171e84e743230f666e"
        "8633ba8c2efee3f2c0" } },
    { "NULL-SHA, SSL 3.0", 0x0002, 0x0300, 0, 0,
      { "20272e353c434a51585f666d747b828990979ea5292f46a78d22aeed938b689eb8388b6a05b66a6a",
        "dded4ac4b1dad101f10041d21b746bf6de15b450",
        "222930373e454c535a61686f767d848b9299a0a7aeb5bcc3cad1d8dfe6edf4fb020910171e4aad57110d18a3"
        "f83e6892835f0038a7526bf927" } },
    { "NULL-SHA, TLS 1.2", 0x0002, 0x0303, 0, 0,
      { "20272e353c434a51585f666d747b828990979ea5a673b7a22ce66cf9c35cb9d62755bdd3319e4f0c",
        "af8120ad59495bfb302236be930f5fb3cbfb60a1",
        "222930373e454c535a61686f767d848b9299a0a7aeb5bcc3cad1d8dfe6edf4fb020910171ebbefeecf408591"
        "f54a9b1ada135f4210346ed817" } },
    { "NULL-SHA, TLS 1.2, truncated HMAC", 0x0002, 0x0303, CUT, 0,
      { "20272e353c434a51585f666d747b828990979ea5a673b7a22ce66cf9c35c",
        "af8120ad59495bfb3022",
        "222930373e454c535a61686f767d848b9299a0a7aeb5bcc3cad1d8dfe6edf4fb020910171ebbefeecf408591"
        "f54a9b" } },
    { "NULL-SHA256, TLS 1.2", 0x003b, 0x0303, 0, 0,
      { "20272e353c434a51585f666d747b828990979ea54faf949d38e13d0554e8dde716d4703de2748d46d677036b"
        "ff1022c8fe6ac808",
        "6437158915f2444ffe17f725b2e73b142ec036d863bde114389bfe8384a248dc",
        "222930373e454c535a61686f767d848b9299a0a7aeb5bcc3cad1d8dfe6edf4fb020910171e46c6be47d1fcfd"
        "6d4936fb485173e5fe5bdc9eb130aff67748f0ef25aaf4f4bb" } },
    { "RC4-MD5, SSL 3.0", 0x0004, 0x0300, 0, 0,
      { "65e7dcb2108096bd7d429fa40988363d922179b9bad281fb0842f99398a1b38bb03ca635",
        "8acfc41311c2f438c569e3da0dc79754",
        "f2ef09e616e0b215a18626fad14bf9f0cbf8769df0f1f8853b0a32e401439b4d0abda9e0c8dd169296e17bd1"
        "11cc5433f7a4d76423" } },
    { "RC4-MD5, TLS 1.2", 0x0004, 0x0303, 0, 0,
      { "65e7dcb2108096bd7d429fa40988363d922179b954d992e0d69025a78d115a6a52942b48",
        "ec59e52bd459b9cf66348f461f9c11fc",
        "f2ef09e616e0b215a18626fad14bf9f0cbf8769df0f1f8853b0a32e401439b4d0abda9e0c85924889a1b521b"
        "df99bb2d0d2f508e95" } },
    { "RC4-SHA, SSL 3.0", 0x0005, 0x0300, 0, 0,
      { "65e7dcb2108096bd7d429fa40988363d922179b940cb74f630b76d0bd74f77c4f1a0192262348897",
        "6330fd2d161ebf253413a998cbb25227f6b04a16",
        "d9ce7ea2997331280300be552839c0cd63424a9c491bd375c26561283008def7034511ef63e95ae70d280299"
        "adb72db756aef3d3b06b33d9f8" } },
    { "RC4-SHA, TLS 1.0", 0x0005, 0x0301, 0, 0,
      { "65e7dcb2108096bd7d429fa40988363d922179b91320705e4167e8ab59dd6c9ecdd78ff1dcfa662b",
        "cb020ac29f2fc1fbe17800fa3245ce54b15dc073",
        "d9ce7ea2997331280300be552839c0cd63424a9c491bd375c26561283008def7034511ef63d836ed5c899b4d"
        "653ceb6f517b8472593bb2c382" } },
    { "RC4-SHA, TLS 1.0, truncated HMAC", 0x0005, 0x0301, CUT, 0,
      { "65e7dcb2108096bd7d429fa40988363d922179b91320705e4167e8ab59dd",
        "6a85f4b3aaa3c85dc696",
        "9cf487de998122779f728025a6bbbd5aba3c5ee15552f2566de7a5a4bf8c22c15c4d5451efa02b66a702eec1"
        "380117" } },
    { "DES-SHA, SSL 3.0", 0x0009, 0x0300, 0, 0,
      { "423bb4f86c66a172c91afea107519eac8db031dd971856f49daa27fba2ff926369a49e2ba4f42b2296f0f089"
        "f12d8274",
        "548bc6c5ea0112e96c6a7be3499b5ef1082eeed6a1dafe07",
        "3212b7bbf7cadbdf9ae160280a9b8315a575074f51c31d5236c648999ea4d9804221a66ca3fa9324bf4cc6dd"
        "eafe95e78026ad4d0b8c949007ac5c2cc1aa989b" } },
    { "DES-SHA, TLS 1.0", 0x0009, 0x0301, 0, 0,
      { "423bb4f86c66a172c91afea107519eacb990088ddc1c260a4e50a106473e18de96ef90fceb5ea7fbc9c9fee8"
        "acd00726",
        "a12c77f263141b3aa1e9d2cdb96e3d0d551fd698b109e49b",
        "936886b85fd9966d3abaca446559e972184e5f187b80f9e1b746b446f8765e73c056beba77f3b8fbc4dac114"
        "43395134b6282ef3c35b763972c6b19db0693e4e946ca5aabf8b3218a8012b8d3218e9ef" } },
    { "DES-SHA, TLS 1.1", 0x0009, 0x0302, 0, 0,
      { "d0d7dee5ecf3fa012a4bbf3ba1eac79776776892f653aafabedfa2c45d29c60302d8519259b489cbd3eb7a80"
        "a5abded41fd4c3ff2490a47a",
        "d1d8dfe6edf4fb0219930b74d5826c41f24cf75ca4ecee183cc06cbef36a1c03",
        "d2d9e0e7eef5fc039afeaf190cf7f3790b83500104357bc7ce7e36b4fa6f3b7b804632406f8d5da066efa5a9"
        "ba6699032c5c1b03d6d4b2b09c09bcb60dff149265b8aad4a48805e572cce4246d540c06d264d27021925efa" } },
    { "3DES-MD5, SSL 3.0", 0x0023, 0x0300, 0, 0,
      { "f897514cab1797692f6659f483ffa0829fad09e8e42d36ea5b332a256a1dcd3877a30cc749a6bb77",
        "d3119b75ac13851a378235fc0c4bb5007a14701618ed0c5c",
        "55c2b3dd969bab91fdca90928263a2e92b95ffbb153e4268ec6f39291d637f38bf524a46e8fcbb769800dfb4"
        "9f4ae296465c9c8c7c6255cf" } },
    { "3DES-SHA, SSL 3.0", 0x000a, 0x0300, 0, 0,
      { "f897514cab1797692f6659f483ffa082ba4cd43f5380b4b157053230bb92608d81c33330259f253cc1b72287"
        "38a01800",
        "63c6d91bc101346b689e318370ebf5ec960cfac7257edce9",
        "4215223d93b732b4a10b6ee062c04533abffef782451a546a13940878d82873f80d2d70461efe95d0238ac58"
        "54ef96d1240a70845b8b7f5fdd9b2571e34eb95b" } },
    { "3DES-SHA, TLS 1.0", 0x000a, 0x0301, 0, 0,
      { "f897514cab1797692f6659f483ffa08257752913e1f5f7342d456a2470ddd06cdc1f07928b09f4ac22f3cc0b"
        "8b16f632",
        "95ac93202eabb37a0d8bc4b0c9f53cf967892dd2331d8a59",
        "0486c4a44a3b93ffabc4a5944fed5b1006cf77127a52cbbf90a50f20ff21dc81bfba6a3ce448f62116ea6e7a"
        "f6b3f7f5871abf8302e478027e52fd37fde808034573a5a1e5f28fe04144a5ad70002b55" } },
    { "3DES-SHA, TLS 1.0, encrypt-then-MAC", 0x000a, 0x0301, ETM, 0,
      { "f897514cab1797692f6659f483ffa0825ee2f602a91f411843d142a4d02be8f065d659eaa9d13413340bc31e",
        "1257130a41b122b733e6780a2bfabd9f57f3da51a71f0e0d63072ea3",
        "6fa2aec8f469d3115e5a612714d1bd10411f4f6729505fa2f14143b87efd94ee064b2e28189000155347b164"
        "e6ee035c21827a850c70d2ef96b1098d0f9b4a4068930daaa41f926b3ad7b3e0" } },
    { "3DES-SHA, TLS 1.2", 0x000a, 0x0303, 0, 0,
      { "d0d7dee5ecf3fa0127a49bdaa6fcb06943ef60e9f5d307d8b01432f41699e50662b279f5acd0c52f4b630179"
        "c9a646a2b3ad863670f68571",
        "d1d8dfe6edf4fb0278f2c96b05dce3f5b2b2d68e8c01a28bfae1c7173df7ec57",
        "d2d9e0e7eef5fc03001038d36a84d1d8a9d4a85da9b032952ea48e825a45f8381b76667f0e07f48a1c3cab46"
        "512469c113949b7b233f628a49a9fe782a0ba8543f131ec012c24138a89a1c5d86fca2a36b861d74cd8f5fd7" } },
    { "3DES-SHA, TLS 1.2, encrypt-then-MAC", 0x000a, 0x0303, ETM, 0,
      { "d0d7dee5ecf3fa0127a49bdaa6fcb06943ef60e9f5d307d80a29b5c75590406764cbd57a632687a696b1d351"
        "be55d8a49c913628",
        "d1d8dfe6edf4fb0246f961d4a361b1297dd6a6d86b88e64eb13dea6d23979588e525bf95",
        "d2d9e0e7eef5fc03001038d36a84d1d8a9d4a85da9b032952ea48e825a45f8381b76667f0e07f48a296e0720"
        "f7ac57fac04cab95bd939bdd193f8ca811ce9bb4ba94d5ead5b7955b5d505cd81b01226d4a6ce238" } },
    { "AES128-SHA, SSL 3.0", 0x002f, 0x0300, 0, 0,
      { "ff0d45c58372e805956c28eefa46a575260861f269d0dba6bc826c3b6fc59b231dd4adf3fbc600e2266d29b8"
        "0df2e076",
        "7a8ad0eb7f5c0d0dfdac01548ac4e7db6493e49306f10ce8b48b4ca478e3673a",
        "b6350d0eb3e3d2a7a4504b94d4fbe1dc04d617442db90cd6b0fd5075407ca8ac6720e8259cbc593182abece0"
        "8efcbe9b6913d7cbcd09a21295668246cad479cc" } },
    { "AES128-SHA, TLS 1.0", 0x002f, 0x0301, 0, 0,
      { "ff0d45c58372e805956c28eefa46a57595a33eed88bb6c79c97c9feff83bc81d3e46e6a2cfdc33d9978e7210"
        "5524380e",
        "eda64934618a8b4f481771211b5d23f6d3b24b52693cd645e4ef9e14c2a28574",
        "f240ea249dd74c907a0866e939205a641c1719a7f60af02646bae5407dd0e94c72671f201550e3e0819957fd"
        "d5efecc9a81df06485c2c6d276c981ee9f89ce308838f5be0ef9b9ec3173d5538c4a909f3b403404afd90eff"
        "3c7ac71d18606149" } },
    { "AES128-SHA, TLS 1.0, encrypt-then-MAC", 0x002f, 0x0301, ETM, 0,
      { "ff0d45c58372e805956c28eefa46a5757342d5f0ad272150ff13b3681d0698c4f76ea86730dea41513b4d1d3"
        "3e8f16728a3c38a8",
        "4a4c4f637eb98968b7a472f9e40e14b9e19fa4ff51d2b04ae752c9463bb622aba1faa747",
        "5bc2056b1e5530ad99424bec9df495ed3ae5ac1fd216150917aa177002a0ba4ec70fac9383223dee8640e24e"
        "b4827d3bfa22539d42666d6d3febc45088a020a3d4f7773f9cbfc18fe6f0a8c136a7889cb72a3ee451365879"
        "77b7061a3756bfa8546deb18" } },
    { "AES128-SHA, TLS 1.0, truncated HMAC", 0x002f, 0x0301, CUT, 0,
      { "ff0d45c58372e805956c28eefa46a575d96fc8aadbf9e1ad89cf6de90af84012",
        "da2da517928dfa6ee9dde0967414f8c2",
        "b2af476333ba3075561293b7d6f1162d6944ffb250eb680f5a6dd4fe1fb37b5ff08ab3a9fa672d7db9d8cc51"
        "e08e76d1d64bf27e7b1a6c6f17d306eff5bc2b2cf981fb17d7153ba7dfac2b4f3b0802fc" } },
    { "AES128-SHA, TLS 1.0, both", 0x002f, 0x0301, ETM | CUT, 0,
      { "ff0d45c58372e805956c28eefa46a5757342d5f0ad272150ff13b3681d0698c4f76ea86730dea41513b4",
        "4a4c4f637eb98968b7a472f9e40e14b9e19fa4ff51d2b04ae752",
        "5bc2056b1e5530ad99424bec9df495ed3ae5ac1fd216150917aa177002a0ba4ec70fac9383223dee8640e24e"
        "b4827d3bfa22539d42666d6d3febc45088a020a3d4f7773f9cbfc18fe6f0a8c136a7889cb72a3ee451365879"
        "77b7" } },
    { "AES128-SHA, TLS 1.1", 0x002f, 0x0302, 0, 0,
      { "d0d7dee5ecf3fa01080f161d242b3239d4a486792792e80d97b3394aaeb8a846d388abc50f2befc3a2ab95b7"
        "19fd92a9994c37b586a1a71c908788ca55bae06b",
        "d1d8dfe6edf4fb020910171e252c333ae9616a53c5d0213e42187e3a3072378bf59c9df04c0be1917ab2a37e"
        "cd10e27d",
        "d2d9e0e7eef5fc030a11181f262d343b8e349c25bf1a9bc901ac5fc20dc12856d57abcc2da69f086dcefac32"
        "7c3b340a00ac45a7d35ec125f52bc5a1aa80250442268695a0b3b008869b51dcf45905da3d938fa5e12e97e3"
        "ac805f309e60bc846219a86ae282ac3ed91688897817813f" } },
    { "AES128-SHA, TLS 1.1, encrypt-then-MAC", 0x002f, 0x0302, ETM, 0,
      { "d0d7dee5ecf3fa01080f161d242b3239d4a486792792e80d97b3394aaeb8a8462f701c2f41078d4816732f7c"
        "144dfe346117bd81c639dba4458fa235f4e6da3c84e9bdfc",
        "d1d8dfe6edf4fb020910171e252c333a38a5faaa278b5e21dd1b74c39298215b889640d04090871ea4ed4b4e"
        "4b63754e3a4a5bc2",
        "d2d9e0e7eef5fc030a11181f262d343b8e349c25bf1a9bc901ac5fc20dc12856d57abcc2da69f086dcefac32"
        "7c3b340a38b3ee9a1d19a5e6dfd65f6cc810b13781b77514aac7d13980424b334ba8b32981c8b42bb4148d31"
        "ba0c42c6528efe4a33d5872cb6075d48f65207ba14d3a7e007315144" } },
    { "AES128-SHA, TLS 1.1, truncated HMAC", 0x002f, 0x0302, CUT, 0,
      { "d0d7dee5ecf3fa01080f161d242b3239d4a486792792e80d97b3394aaeb8a846ed41e1985a2f0e01585fa38a"
        "048423e5",
        "d1d8dfe6edf4fb020910171e252c333a277997e471a1a842223f4374c029b7b0",
        "d2d9e0e7eef5fc030a11181f262d343b8e349c25bf1a9bc901ac5fc20dc12856d57abcc2da69f086dcefac32"
        "7c3b340a4444448d705ea77f3263d93cf8b890a93b7b351ce87da3cae4b6a71dbdc187c81ab809a4dd7f27fb"
        "48d3b93c1e520fe2" } },
    { "AES128-SHA, TLS 1.1, both", 0x002f, 0x0302, ETM | CUT, 0,
      { "d0d7dee5ecf3fa01080f161d242b3239d4a486792792e80d97b3394aaeb8a8462f701c2f41078d4816732f7c"
        "144dfe346117bd81c639dba4458f",
        "d1d8dfe6edf4fb020910171e252c333a38a5faaa278b5e21dd1b74c39298215b889640d04090871ea4ed",
        "d2d9e0e7eef5fc030a11181f262d343b8e349c25bf1a9bc901ac5fc20dc12856d57abcc2da69f086dcefac32"
        "7c3b340a38b3ee9a1d19a5e6dfd65f6cc810b13781b77514aac7d13980424b334ba8b32981c8b42bb4148d31"
        "ba0c42c6528efe4a33d5872cb6075d48f652" } },
    { "AES128-SHA, TLS 1.2", 0x002f, 0x0303, 0, 0,
      { "d0d7dee5ecf3fa01080f161d242b3239d4a486792792e80d97b3394aaeb8a846da9106874cd7dd0b8e555784"
        "0a3c8f4c7726a714f952310620e0b7baf4f98eeb",
        "d1d8dfe6edf4fb020910171e252c333a501849e89064a900d9efda7f6b8e35a2e05383ec056c86443941f30e"
        "a47b20fb",
        "d2d9e0e7eef5fc030a11181f262d343b8e349c25bf1a9bc901ac5fc20dc12856d57abcc2da69f086dcefac32"
        "7c3b340adf5ffb55ee24e2e52d66d6c227209dd1033d6a178339c20370d8a825b9d2745d8480bd5435bb0022"
        "534f52a582651ec594a6b4a26eae4a0a73f189eb3d5f4354" } },
    { "AES128-SHA, TLS 1.2, encrypt-then-MAC", 0x002f, 0x0303, ETM, 0,
      { "d0d7dee5ecf3fa01080f161d242b3239d4a486792792e80d97b3394aaeb8a8462f701c2f41078d4816732f7c"
        "144dfe34b95e989a3beb5fb1daf19ccf59f014c390f55f05",
        "d1d8dfe6edf4fb020910171e252c333a38a5faaa278b5e21dd1b74c39298215b9a944fe12b1d25f5ea0252dd"
        "3007aa040b40cbb2",
        "d2d9e0e7eef5fc030a11181f262d343b8e349c25bf1a9bc901ac5fc20dc12856d57abcc2da69f086dcefac32"
        "7c3b340a38b3ee9a1d19a5e6dfd65f6cc810b13781b77514aac7d13980424b334ba8b32981c8b42bb4148d31"
        "ba0c42c6528efe4a50b72169393119fdf060cdcd35473d64c739bd91" } },
    { "AES128-SHA, TLS 1.2, truncated HMAC", 0x002f, 0x0303, CUT, 0,
      { "d0d7dee5ecf3fa01080f161d242b3239d4a486792792e80d97b3394aaeb8a8466af3ce8de5406517b86800e6"
        "52d06149",
        "d1d8dfe6edf4fb020910171e252c333ae1867d5b386b923f1c0b1a86aa040d4e",
        "d2d9e0e7eef5fc030a11181f262d343b8e349c25bf1a9bc901ac5fc20dc12856d57abcc2da69f086dcefac32"
        "7c3b340abbf3f61215eef0a870d0c641c90f9cf77374c3b92b4c9b3e520a1ae4e45451957936d5763b389b7f"
        "af3320018e1863b0" } },
    { "AES128-SHA, TLS 1.2, both", 0x002f, 0x0303, ETM | CUT, 0,
      { "d0d7dee5ecf3fa01080f161d242b3239d4a486792792e80d97b3394aaeb8a8462f701c2f41078d4816732f7c"
        "144dfe34b95e989a3beb5fb1daf1",
        "d1d8dfe6edf4fb020910171e252c333a38a5faaa278b5e21dd1b74c39298215b9a944fe12b1d25f5ea02",
        "d2d9e0e7eef5fc030a11181f262d343b8e349c25bf1a9bc901ac5fc20dc12856d57abcc2da69f086dcefac32"
        "7c3b340a38b3ee9a1d19a5e6dfd65f6cc810b13781b77514aac7d13980424b334ba8b32981c8b42bb4148d31"
        "ba0c42c6528efe4a50b72169393119fdf060" } },
    { "AES256-SHA, TLS 1.0", 0x0035, 0x0301, 0, 0,
      { "a2cdd03f986ad1135bc2fcff71ee1a76c43b1134f458c1a95f2ae61a8197d0e6300ee7357b105e947d42663f"
        "b5646f66",
        "ad90ed4d5abea3546dc71be57c4f9975f252b883bf81cb99002ba8695c56493a",
        "e022b471d89855964fc9e8497a08fb72b267ab7cdf00280164647bd863053d013f1244875e31e19670deb746"
        "4ec0e5d7d156fa4bb9c5bd507ae40503d9913be4ae0e7b3ad06d0f04f6e65ac04fed09cd7568c66766aa2c6f"
        "90f91b709e8ce9da" } },
    { "AES128-SHA256, TLS 1.2", 0x003c, 0x0303, 0, 0,
      { "d0d7dee5ecf3fa01080f161d242b3239d4a486792792e80d97b3394aaeb8a846c7a93bfa5955dbf5e070786e"
        "ea5a6ec8ceb4c2e8e90813655c3ca4668c9d0eb8e7d6256f7ebec09b1d0c19c031957be0",
        "d1d8dfe6edf4fb020910171e252c333a2b07894bb35609375b55bc829497f33c2d02f0f27fc3fd75920a8c92"
        "096b2500130578b1880ee80e128ba3ba94285ebd",
        "d2d9e0e7eef5fc030a11181f262d343b8e349c25bf1a9bc901ac5fc20dc12856d57abcc2da69f086dcefac32"
        "7c3b340a867fc369343c0b3ac107e299ff8b6c8d901f913f0d81157ac1214cb7f550e2c0fd41898e7b0cd97b"
        "c0a0c0c3063db1fc747c4a53eeff507e45a3f2eb0c126cd5d1b22905dd09b653a198a26f2b40cb1d" } },
    { "AES128-SHA256, TLS 1.2, encrypt-then-MAC", 0x003c, 0x0303, ETM, 0,
      { "d0d7dee5ecf3fa01080f161d242b3239d4a486792792e80d97b3394aaeb8a8462f701c2f41078d4816732f7c"
        "144dfe34bbc71de30a1001e6142fe2883487a2e5bb8a0a6ad408788160d6d37c47f9ac6d",
        "d1d8dfe6edf4fb020910171e252c333a38a5faaa278b5e21dd1b74c39298215bb4426d9652b6b577a39967f9"
        "55bf4b712d8039268116f76fb3a99293cb1c5ab6",
        "d2d9e0e7eef5fc030a11181f262d343b8e349c25bf1a9bc901ac5fc20dc12856d57abcc2da69f086dcefac32"
        "7c3b340a38b3ee9a1d19a5e6dfd65f6cc810b13781b77514aac7d13980424b334ba8b32981c8b42bb4148d31"
        "ba0c42c6528efe4a8631f8ba748c70f440e942e2aa8d0d4bd42481b16b957e02e71ac6f3e24219a0" } },
    { "AES256-SHA384, TLS 1.2", 0xc024, 0x0303, 0, 0,
      { "d0d7dee5ecf3fa01080f161d242b32391254a6280a66e0e6ba745030544a3dc2f8424ddc04d05ec830ee5efa"
        "348194b6c084006bfceda3cd0f52a12182a212f13478cee4bd28b3696c5fec314dfb60e2445dc21e93233264"
        "d443b5dec5693bfe",
        "d1d8dfe6edf4fb020910171e252c333a410341891e9ce25aa91b68db95a7f72189cf896148d046bde858996c"
        "e57869cabdb26dc04f72c4d013bf4b63a0579691f9cdbe34d07d863d48fb7aa1aa8a5df1",
        "d2d9e0e7eef5fc030a11181f262d343b69d59cd27c02feba6bf78ced1141cec3c2176f3bd9a198de4b994514"
        "512bf8aacbb6a9743aa57802d9a89f21f09a9ba1c723439222676a381b49e017e861a11e30e6b0a819ada248"
        "58a81968aaf70826cc056db77011fa81607d4b5e2bd513d8efc529014bd033536639361a61d02b1489b8ba27"
        "165fb7367cae9ef27dbce0a5" } },
    { "AES256-SHA384, TLS 1.2, encrypt-then-MAC", 0xc024, 0x0303, ETM, 0,
      { "d0d7dee5ecf3fa01080f161d242b32391254a6280a66e0e6ba745030544a3dc22ef3bfd31231ec94e09a5c83"
        "1423e4a50162f5a68b6fef397dddcef02f4ab26b677126ef3ca5a9ef3a7a871b68f9981c000e2033daa9b170"
        "a9a5213d7db9fb7e",
        "d1d8dfe6edf4fb020910171e252c333aa7b141cc1859f9fb676d7b7dc2b38bd411ddd98f0f0a3754a79da09b"
        "0aa7f338cb8778da6ed82a9899f9e22211ba2502009d37f273d3c21bdb779ce2949e564c",
        "d2d9e0e7eef5fc030a11181f262d343b69d59cd27c02feba6bf78ced1141cec3c2176f3bd9a198de4b994514"
        "512bf8aabb865c79cf6212816a1cb5c3d7929079f250a5383dda828c0a5336814ff44679bf1d6b0308c6fe94"
        "df080c8e1de9831963d00a1ff9e7e31a2c84e9af6d1f0f5e366b674e194d6ce173ed46ba31d35a5e34743859"
        "27be4ea0cec378d821eeb45f" } },
    { "CAMELLIA128-SHA, TLS 1.0", 0x0041, 0x0301, 0, 0,
      { "184ab9a5ce22b6d21ae87f698363b5fb8f48d85f48ff6c7fe87389f4553e7d7a6c5263a9a450bece3487c119"
        "c36edff1",
        "f7987444af0a14cdc5df35298c1f7e21a016fa615a544d94a152d0d2d89309f3",
        "ada3a589c7f219c64db46583a7dec671888128f1b0d3b441b7f5e1ed71196cfd1e3a8d931b67a39873aff4ac"
        "23fd6de1540c6ff04e5fcd6dc6167ff6da06628e6dabb231d2edd45de4e5510a671e030a9e7c6d4a98e4cc8d"
        "db4fe648a6097f6e" } },
    { "CAMELLIA128-SHA, TLS 1.2", 0x0041, 0x0303, 0, 0,
      { "d0d7dee5ecf3fa01080f161d242b3239282fcd9e69272ca4945643f00d1fe2c30e279e4dc443da686d040b51"
        "eaadec05fff9a42a21f07c553040da66735d0f81",
        "d1d8dfe6edf4fb020910171e252c333acb86620c1de697755e69cc15f464e55199c88b875d813cfbe7ba8df4"
        "1d6b462a",
        "d2d9e0e7eef5fc030a11181f262d343b77a0e24c481d84b84f446b4b033c7605fb73d559d420f889ca2a18ae"
        "b2eeacbc6f4144588a2eaadfb5ec7d81ac1b5dbf467d4ffab1710f2cd4d1ad51df29c01e06e09309ff91f7c7"
        "ee8021d82f60e5f613ebb68f0afa3a18ef9d3b5644ba65eb" } },
    { "CAMELLIA256-SHA256, TLS 1.2", 0x00c0, 0x0303, 0, 0,
      { "d0d7dee5ecf3fa01080f161d242b3239c52958aa33c751942b96ce1bf12804d8a73dfb5c82dafcaa963e1767"
        "ead49486caec170ab78ecdca318f1e73a0c388d024603dd7c135d69f800bff37d9e8127e",
        "d1d8dfe6edf4fb020910171e252c333a9093800db23935035febe8ebc0d284ec0c1c6487120a52789e685dc8"
        "3f0a7540e72b4d68d5c1393257a8b3fc788700af",
        "d2d9e0e7eef5fc030a11181f262d343bac355599d63a470ff2ebc63663bea0e01f9c3c985cdf36960b4d7c06"
        "d986c1dd48248c808ca056455ed4e786ea6a69ad1bb3f500029efd055b2dddad0763b38f703c5f46895a563b"
        "83b420d0b9c546b1f0e8a8cd4a102d790d5c39ee8a4d61cd1cc454c059725630510b976e56025df8" } },
    { "CAMELLIA256-SHA256, TLS 1.2, encrypt-then-MAC", 0x00c0, 0x0303, ETM, 0,
      { "d0d7dee5ecf3fa01080f161d242b3239c52958aa33c751942b96ce1bf12804d83ff033d35685bfdba730c0ad"
        "721e6d44f13f257f98e7ef9450997ab8dc3c815d6ef0580a7768c56bccacb8429bdd614b",
        "d1d8dfe6edf4fb020910171e252c333ae0b41aee0087c9afe99e605942abfe5ff7ac35ff5acecaa4dc2d49c2"
        "3d71981d6206db02505815fafbceac14415f1f67",
        "d2d9e0e7eef5fc030a11181f262d343bac355599d63a470ff2ebc63663bea0e01f9c3c985cdf36960b4d7c06"
        "d986c1dddb5749bff888ea5b5dc08701541db273fafe6d6add22489a69c3f8f3ceeaaa6d737a1800b8d6c3b1"
        "b334d0b2684d669aa3c5a7ac3c80e94213512178dc04964f4119c855b16f7c03a2dab3b63369a353" } },
    { "AES128-GCM, TLS 1.2", 0x009c, 0x0303, 0, 0,
      { "a0a7aeb5bcc3cad1471cce2e067360043723d042c8ad5f1f932f1062280b689e3c45e6d5629323475ceffa5a",
        "a1a8afb6bdc4cbd2525b5808e25c01257ae9209dd4f20a79",
        "a2a9b0b7bec5ccd3d91a423dbcc2570fb4efbb3758edd45cd48cf42dc32a8954ecc017c5558676906d792da1"
        "c33e4306feecf88002ec756166c645b0c6" } },
    { "AES256-GCM, TLS 1.2", 0x009d, 0x0303, 0, 0,
      { "a0a7aeb5bcc3cad1ec4737d841c46c51b638edb975e2c9f6a1a524455db8c8cc8ac633e76f0a13b273a045f2",
        "a1a8afb6bdc4cbd264849d47c110dc70241cb6e3dff31d82",
        "a2a9b0b7bec5ccd3e0d1905f6e129616945d7c7b17a4b4a50c2a2e4afd34a085c9a64b13a7e1835ef423f303"
        "fe64bb82c1b65e1b14f4dc948e8cfaaa3a" } },
    { "AES128-CCM, TLS 1.2", 0xc09c, 0x0303, 0, 0,
      { "a0a7aeb5bcc3cad171eb715bfbfa6205988cfebee95464c9b535990eabb902158caecccd6c2de248d7febf8e",
        "a1a8afb6bdc4cbd28df1c8c065952a68711769ba31ed4540",
        "a2a9b0b7bec5ccd388a2c4a66d8c89ac63e7f8901468a4a5ea4a7c1668e215911dd77dcc06249206fd3e41ce"
        "b1936eae8a23e108f5b87d674343b305ae" } },
    { "AES256-CCM, TLS 1.2", 0xc09d, 0x0303, 0, 0,
      { "a0a7aeb5bcc3cad18e00d37f954c32da1e90c1ab219e27148cff8aa019ddda4865141497fcfa6431e890c23b",
        "a1a8afb6bdc4cbd25b2b1a32c1442fdf3a34a8cfc8cddea0",
        "a2a9b0b7bec5ccd3363251e82c0684f5292f82bd98fe39b9a702b16b7fcf4d58194ace349f49949f6e65ff6e"
        "b214d79217766cc2aad367083d34ea8a15" } },
    { "AES128-CCM8, TLS 1.2", 0xc0a0, 0x0303, 0, 0,
      { "a0a7aeb5bcc3cad171eb715bfbfa6205988cfebee95464c9b535990e01f11b2dfe81885f",
        "a1a8afb6bdc4cbd266a6a45522316679",
        "a2a9b0b7bec5ccd388a2c4a66d8c89ac63e7f8901468a4a5ea4a7c1668e215911dd77dcc06249206fd3e41ce"
        "b1548a996f7b90f38b" } },
    { "AES256-CCM8, TLS 1.2", 0xc0a1, 0x0303, 0, 0,
      { "a0a7aeb5bcc3cad18e00d37f954c32da1e90c1ab219e27148cff8aa024df7d8cb74c9a03",
        "a1a8afb6bdc4cbd2581557846285929a",
        "a2a9b0b7bec5ccd3363251e82c0684f5292f82bd98fe39b9a702b16b7fcf4d58194ace349f49949f6e65ff6e"
        "b230703917edb160c7" } },
    { "CHACHA20, TLS 1.2", 0xcca8, 0x0303, 0, 0,
      { "a0923348f0014130e278b9a4f410c1474e98366216a4c694024bc3cf370aceb374b8fa09",
        "b5da0a7b594cbd56ae81ba21a418ca49",
        "244c5915219b83b5c130d6b0ac105069db63a7be694c8296d3559d1b07c9e79d569d73ea07723e31be6dc12f"
        "1ebc436a3ba345d579" } },
    { "AES128-SHA, DTLS 1.0", 0x002f, 0xfeff, 0, DTLS_SEQUENCE,
      { "d5dce3eaf1f8ff060d141b222930373e4e2251ee8e92d666d81979b38893a2ec01bc0dd9a274730c71de1f83"
        "4d28eeba13b133ed91c3e2c5b45ba338dc7ce1e2",
        "d6dde4ebf2f900070e151c232a31383f2e64e208ecdbdc9bd2fd4565d4ecb0db817116faecfd5cfc1b48a5a4"
        "53cdd888",
        "d7dee5ecf3fa01080f161d242b323940369d4d7993d67aff4b34fe456f725e81ec3fa6a0168d7212c09f57de"
        "fc0dc7345d10ade4a58bc8fb322a1b9b8e395a44adabcb678e0f32d693c39b277533a268981c45c359874f30"
        "7fddc28bb920c59e7caa19c8df569e7bb5a0a9fd7542ba4f" } },
    { "AES128-SHA, DTLS 1.0, encrypt-then-MAC", 0x002f, 0xfeff, ETM, DTLS_SEQUENCE,
      { "d5dce3eaf1f8ff060d141b222930373e4e2251ee8e92d666d81979b38893a2ec42cb0289781bd8029393947f"
        "293893941d98ec94cc2fbfe9a91ced59f532888f2d1df25e",
        "d6dde4ebf2f900070e151c232a31383f0c1caacf2060ca6047c5e47077d9ec18f4883f6cbad04a1c6e12c059"
        "a63547915a13329f",
        "d7dee5ecf3fa01080f161d242b323940369d4d7993d67aff4b34fe456f725e81ec3fa6a0168d7212c09f57de"
        "fc0dc7349c79c8dbbb8a1f360fe02732ea034bb7ee0848e1f7e02b11f448db64d58e978cf8c88cd5521191df"
        "44c5c04142e88b503c59704e7435954eec946ba8ce400389258ec26b" } },
    { "AES128-SHA, DTLS 1.2", 0x002f, 0xfefd, 0, DTLS_SEQUENCE,
      { "d5dce3eaf1f8ff060d141b222930373e4e2251ee8e92d666d81979b38893a2ec25ee2e52f15c86b59973e3a2"
        "33e8051c057c1bffc45b49def885da854c7fb697",
        "d6dde4ebf2f900070e151c232a31383fd3a3b0d852f98293e217782bd466039a8d970553908d90e40c16e7de"
        "e94750c1",
        "d7dee5ecf3fa01080f161d242b323940369d4d7993d67aff4b34fe456f725e81ec3fa6a0168d7212c09f57de"
        "fc0dc734cc0e999a296227b35484af72a6ce57d9ad0cf177b35092d89f523d3dcb66cb76e98fac9c452829fb"
        "b6ba3e370d1eb188cd2becf8ad9b359d94ea03ce2fcebb75" } },
    { "AES128-SHA, DTLS 1.2, encrypt-then-MAC", 0x002f, 0xfefd, ETM, DTLS_SEQUENCE,
      { "d5dce3eaf1f8ff060d141b222930373e4e2251ee8e92d666d81979b38893a2ec42cb0289781bd8029393947f"
        "29389394711ef6721acd76e918a01ec7326878db71b36530",
        "d6dde4ebf2f900070e151c232a31383f0c1caacf2060ca6047c5e47077d9ec18875f33602b54dbe48e927011"
        "73fa19241296e909",
        "d7dee5ecf3fa01080f161d242b323940369d4d7993d67aff4b34fe456f725e81ec3fa6a0168d7212c09f57de"
        "fc0dc7349c79c8dbbb8a1f360fe02732ea034bb7ee0848e1f7e02b11f448db64d58e978cf8c88cd5521191df"
        "44c5c04142e88b50566391ea528b748bb3c83638ad8d63d1bba8285c" } },
    { "AES128-GCM, DTLS 1.2", 0x009c, 0xfefd, 0, DTLS_SEQUENCE,
      { "a5acb3bac1c8cfd6d42a18250cc9b8156a1950c26be720841632fdf736c2f37320b80f80600e3c1dac7fdb2c",
        "a6adb4bbc2c9d0d756b986810eb72fa5a8da6836daac5ef8",
        "a7aeb5bcc3cad1d87c210c424d3f4af2c5d6b4ba399c88dafd229d4c2ebb419f9717b9a8d04c5b50b82d7c19"
        "912948cbb4b1d34ea17789e7d34a66b1b5" } },
    { "GCM128, TLS 1.3", 0x1301, 0x0304, 0, 0,
      { "32aad680e9d93ea97c8538a161893607754efd091f436750997d79ba5f69a7e0540db19d5b",
        "c05c8fa32e1859c8da41e93e67f356e3b3",
        "f7271ad78203c338db31320fa8e5d91b57fcd4b5bba1ce91619feb22daa5f17db13e6dd5a982fcadeacd0693"
        "ae882d1266cff503d736de51bc01cd4d" } },
    { "GCM256, TLS 1.3", 0x1302, 0x0304, 0, 0,
      { "4ba7417bf80bb024428dfe8653349d0d82cdb57ef16ed1a86011a17f56b9822625231f08cc",
        "48645d165014cf2322896e903d8a3865b1",
        "a266eca467c343663a98073a186089f32cec5c4c42bfd0cee84bd070ca75572deb64f01e75c00ab0d0a13549"
        "54b24926a8410bd10dda27d741f0ff11" } },
    { "CHACHA20, TLS 1.3", 0x1303, 0x0304, 0, 0,
      { "a0923348f0014130e278b9a4f410c1474e98366265ee61e984f01229e13acea0cb1b2ea063",
        "dba488c2bc901cd07a4ea32f0aae860d23",
        "244c5915219b83b5c130d6b0ac105069db63a7be694c8296d3559d1b07c9e79d569d73ea073dfec86cb29e06"
        "24406f7f5300e1847f7a4c3eff8ea64b" } },
    { "CCM, TLS 1.3", 0x1304, 0x0304, 0, 0,
      { "57382fab061eb4ca39526f0b0d7ea1662655648876cfce0186ef7724e3fa281c555e46d1c6",
        "7149194b0d0787f8ce5cc204fb52a787a1",
        "e6ed0e7070ac9d7a550111c889733ac82d5e972ac27e5b13e851b4dcc84ef5d92855161e676958dfb8816961"
        "4a0fc5e752d356becfa463cec0721267" } },
    { "CCM8, TLS 1.3", 0x1305, 0x0304, 0, 0,
      { "57382fab061eb4ca39526f0b0d7ea16626556488768c90fb6acf21ee98",
        "71ae81e3dec9958fef",
        "e6ed0e7070ac9d7a550111c889733ac82d5e972ac27e5b13e851b4dcc84ef5d92855161e676958dfb8816961"
        "67bfa5364ab4637a" } },
    { "GCM128, draft 18", 0x1301, 0x7f12, 0, 0,
      { "32aad680e9d93ea97c8538a161893607754efd091f01a8ec3a586a2ec79122226f7ae4bb9e",
        "c05fa9b66265dcd98f3511fa3951253daa",
        "f7271ad78203c338db31320fa8e5d91b57fcd4b5bba1ce91619feb22daa5f17db13e6dd5a982fcadeacd0693"
        "3dbec02b00dca2a039b86e28d41e0be7" } },
    { "GCM128, draft 24", 0x1301, 0x7f18, 0, 0,
      { "32aad680e9d93ea97c8538a161893607754efd091f01a8ec3a586a2ec79122226f7ae4bb9e",
        "c05fa9b66265dcd98f3511fa3951253daa",
        "f7271ad78203c338db31320fa8e5d91b57fcd4b5bba1ce91619feb22daa5f17db13e6dd5a982fcadeacd0693"
        "3dbec02b00dca2a039b86e28d41e0be7" } },
    { "GCM128, draft 25", 0x1301, 0x7f19, 0, 0,
      { "32aad680e9d93ea97c8538a161893607754efd091f436750997d79ba5f69a7e0540db19d5b",
        "c05c8fa32e1859c8da41e93e67f356e3b3",
        "f7271ad78203c338db31320fa8e5d91b57fcd4b5bba1ce91619feb22daa5f17db13e6dd5a982fcadeacd0693"
        "ae882d1266cff503d736de51bc01cd4d" } },
};

#define ROWS (sizeof rows / sizeof rows[0])

static void pattern(uint8_t *out, unsigned seed, size_t length)
{
    for (size_t i = 0; i < length; i++)
        out[i] = (uint8_t)(seed + i * 7);
}

static struct cipher_spec spec_of(uint16_t suite, uint16_t version)
{
    struct cipher_spec spec;

    assert_true(cipher_spec_of(suite, version, &spec));
    return spec;
}

static struct protection start(uint16_t suite, uint16_t version, unsigned flags, uint64_t sequence)
{
    const struct cipher_spec spec = spec_of(suite, version);
    uint8_t mac_key[64], key[32], iv[16];
    const struct protection_keys keys = { { mac_key, spec.mac_length },
                                          { key, spec.key_length },
                                          { iv, spec.fixed_iv_length } };
    struct protection p;

    assert_null(spec.unavailable);
    pattern(mac_key, 0x40, sizeof mac_key);
    pattern(key, 1, sizeof key);
    pattern(iv, 0x80, sizeof iv);
    assert_true(protection_init(&p, &spec, &keys, flags));
    protection_set_sequence(&p, sequence);
    return p;
}

static struct protection start_row(const struct row *row)
{
    return start(row->suite, row->version, row->flags, row->sequence);
}

/* The version that stands in the record's header. */
static uint16_t wire_version(uint16_t version)
{
    return version_is_tls13(version) ? 0x0303 : version;
}

/* The type that stands there. */
static uint8_t wire_type(uint16_t version, uint8_t type)
{
    return version_is_tls13(version) ? 23 : type;
}

/* Opens into an allocation that is as long as the fragment and no longer. What it says is checked here, but
 * for which content it is. */
static enum protection_result open_as(struct protection *p, uint8_t type, uint16_t version,
                                      struct hl_span fragment, uint8_t *inner, struct hl_span *content,
                                      uint8_t **storage)
{
    uint8_t *exact = malloc(fragment.len > 0 ? fragment.len : 1);
    uint8_t *out = malloc(fragment.len > 0 ? fragment.len : 1);

    if (fragment.len > 0)
        memcpy(exact, fragment.ptr, fragment.len);
    enum protection_result result = protection_open(p, type, version, (struct hl_span){ exact, fragment.len },
                                                    out, fragment.len, content, inner);
    if (result == PROTECTION_OPENED)
        assert_true(content->ptr >= out && content->ptr + content->len <= out + fragment.len);
    else
        assert_int_equal(content->len, 0);
    free(exact);
    *storage = out;
    return result;
}

/* It must not open, as this; and nothing must have changed by it. */
static void refuse(struct protection *p, uint8_t type, uint16_t version, struct hl_span fragment,
                   enum protection_result expected, const char *name, const char *what, size_t at)
{
    const struct protection before = *p;
    struct hl_span content;
    uint8_t inner, *storage;
    enum protection_result result = open_as(p, type, version, fragment, &inner, &content, &storage);

    free(storage);
    if (result != expected)
        fail_msg("%s: %s, at %zu: %d instead of %d", name, what, at, (int)result, (int)expected);
    assert_memory_equal(&before, p, sizeof before);
}

static struct hl_span record_of(const struct row *row, size_t i, uint8_t **storage)
{
    size_t length;

    *storage = der_text(row->records[i], &length);
    return (struct hl_span){ *storage, length };
}

/* Record i of a row opens, and says what it should. */
static void accept(struct protection *p, const struct row *row, size_t i)
{
    uint8_t expected[64], inner, *bytes, *storage;
    const struct hl_span record = record_of(row, i, &bytes);
    struct hl_span content;
    enum protection_result result = open_as(p, wire_type(row->version, contents[i].type),
                                            wire_version(row->version), record, &inner, &content, &storage);

    pattern(expected, 0x20 + (unsigned)i, contents[i].length);
    if (result != PROTECTION_OPENED)
        fail_msg("%s: record %zu: %d", row->name, i, (int)result);
    assert_int_equal(inner, contents[i].type);
    assert_int_equal(content.len, contents[i].length);
    if (content.len > 0)
        assert_memory_equal(content.ptr, expected, content.len);
    free(storage);
    free(bytes);
}

static bool is_rc4(const struct protection *p)
{
    return p->spec.algorithm == CIPHER_RC4;
}

/* CBC whose IV is the record before. */
static bool is_chained(const struct protection *p)
{
    return p->spec.kind == CIPHER_CBC && p->spec.record_iv_length == 0;
}

static void test_open(void **state)
{
    (void)state;
    for (size_t r = 0; r < ROWS; r++) {
        struct protection p = start_row(&rows[r]);
        for (size_t i = 0; i < RECORDS; i++)
            accept(&p, &rows[r], i);
        assert_true(p.sequence == rows[r].sequence + RECORDS);
        protection_cleanup(&p);
    }
}

/* A bit of any byte; the right record opens behind it all the same. */
static void test_bits(void **state)
{
    (void)state;
    for (size_t r = 0; r < ROWS; r++) {
        const struct row *row = &rows[r];
        struct protection p = start_row(row);
        for (size_t i = 0; i < RECORDS; i++) {
            uint8_t *bytes;
            const struct hl_span record = record_of(row, i, &bytes);
            for (size_t at = 0; at < record.len; at++) {
                bytes[at] ^= (uint8_t)(1u << at % 8);
                refuse(&p, wire_type(row->version, contents[i].type), wire_version(row->version), record,
                       PROTECTION_WRONG, row->name, "a bit", at);
                bytes[at] ^= (uint8_t)(1u << at % 8);
            }
            free(bytes);
            accept(&p, row, i);
        }
        protection_cleanup(&p);
    }
}

static void test_prefixes(void **state)
{
    (void)state;
    for (size_t r = 0; r < ROWS; r++) {
        const struct row *row = &rows[r];
        struct protection p = start_row(row);
        for (size_t i = 0; i < RECORDS; i++) {
            uint8_t *bytes;
            struct hl_span record = record_of(row, i, &bytes);
            const size_t whole = record.len;
            for (record.len = 0; record.len < whole; record.len++)
                refuse(&p, wire_type(row->version, contents[i].type), wire_version(row->version), record,
                       PROTECTION_WRONG, row->name, "a prefix", record.len);
            free(bytes);
            accept(&p, row, i);
        }
        protection_cleanup(&p);
    }
}

/* Another type, version, place in the stream, or key. */
static void test_others(void **state)
{
    (void)state;
    for (size_t r = 0; r < ROWS; r++) {
        const struct row *row = &rows[r];
        struct protection p = start_row(row), q = start_row(row);
        uint8_t *first, *last;
        const struct hl_span record = record_of(row, 0, &first), later = record_of(row, 2, &last);
        uint16_t version = wire_version(row->version);
        uint8_t type = wire_type(row->version, 22);
        bool bare = row->version == 0x7f12 || row->version == 0x7f18; /* nothing of the header is protected */

        refuse(&p, wire_type(row->version, 23), version, later, PROTECTION_WRONG, row->name, "a later record",
               0);
        if (!bare)
            refuse(&p, 21, version, record, PROTECTION_WRONG, row->name, "another type", 0);
        if (!bare && row->version != 0x0300) /* SSL 3.0 leaves the version out of the MAC */
            refuse(&p, type, 0x0505, record, PROTECTION_WRONG, row->name, "another version", 0);
        protection_set_sequence(&p, row->sequence + 1);
        refuse(&p, type, version, record, PROTECTION_WRONG, row->name, "another number", 0);
        protection_set_sequence(&p, row->sequence);
        accept(&p, row, 0);
        refuse(&p, type, version, record, PROTECTION_WRONG, row->name, "it again", 0);
        q.key[0] ^= 0x10; /* of DES the lowest bit is parity */
        q.mac_key[0] ^= 1;
        if (!is_rc4(&q) || q.spec.mac_length > 0)
            refuse(&q, type, version, record, PROTECTION_WRONG, row->name, "another key", 0);
        free(first);
        free(last);
        protection_cleanup(&p);
        protection_cleanup(&q);
    }
}

/* A record that is stepped over with all of its bytes, or with its end, is as good as opened. */
static void test_skip(void **state)
{
    (void)state;
    for (size_t r = 0; r < ROWS; r++) {
        const struct row *row = &rows[r];
        for (size_t cut = 0; cut < 2; cut++) {
            struct protection p = start_row(row);
            uint8_t *bytes;
            struct hl_span record = record_of(row, 0, &bytes), end = record;
            if (cut == 1 && record.len > 40)
                end = (struct hl_span){ record.ptr + record.len - 40, 40 };
            protection_skip(&p, end, record.len);
            free(bytes);
            accept(&p, row, 1);
            accept(&p, row, 2);
            protection_cleanup(&p);
        }
    }
}

/* Without its bytes only CBC that chains is lost, until it has seen the end of a record again. */
static void test_skip_without(void **state)
{
    (void)state;
    for (size_t r = 0; r < ROWS; r++) {
        const struct row *row = &rows[r];
        struct protection p = start_row(row);
        uint8_t *first, *second;
        const struct hl_span record = record_of(row, 0, &first), next = record_of(row, 1, &second);

        protection_skip(&p, (struct hl_span){ NULL, 0 }, record.len);
        if (is_chained(&p)) {
            refuse(&p, 23, row->version, next, PROTECTION_UNAVAILABLE, row->name, "lost", 0);
            protection_skip(&p, next, next.len);
        } else {
            accept(&p, row, 1);
        }
        accept(&p, row, 2);
        free(first);
        free(second);
        protection_cleanup(&p);
    }
}

/* An end that is a byte too short to hold the block is no help. */
static void test_skip_short_end(void **state)
{
    (void)state;
    for (size_t r = 0; r < ROWS; r++) {
        const struct row *row = &rows[r];
        struct protection p = start_row(row);
        size_t mac = (row->flags & CUT) != 0 ? 10 : p.spec.mac_length;
        size_t enough = p.spec.block_length + ((row->flags & ETM) != 0 ? mac : 0);
        uint8_t *bytes;
        const struct hl_span record = record_of(row, 0, &bytes);

        if (is_chained(&p)) {
            protection_skip(&p, (struct hl_span){ record.ptr + record.len - enough + 1, enough - 1 },
                            record.len);
            refuse(&p, 23, row->version, record, PROTECTION_UNAVAILABLE, row->name, "lost", 0);
            protection_set_sequence(&p, row->sequence);
            protection_skip(&p, (struct hl_span){ record.ptr + record.len - enough, enough }, record.len);
            accept(&p, row, 1);
        }
        free(bytes);
        protection_cleanup(&p);
    }
}

static void test_lose(void **state)
{
    (void)state;
    for (size_t r = 0; r < ROWS; r++) {
        const struct row *row = &rows[r];
        struct protection p = start_row(row);
        uint8_t *bytes;
        const struct hl_span record = record_of(row, 0, &bytes);

        protection_lose(&p);
        if (!is_rc4(&p) && !is_chained(&p)) {
            accept(&p, row, 0);
        } else {
            refuse(&p, 22, row->version, record, PROTECTION_UNAVAILABLE, row->name, "lost", 0);
            protection_skip(&p, record, record.len);
        }
        if (is_rc4(&p))
            refuse(&p, 23, row->version, record, PROTECTION_UNAVAILABLE, row->name, "lost", 1);
        else
            accept(&p, row, 1);
        free(bytes);
        protection_cleanup(&p);
    }
}

/* --- padding ----------------------------------------------------------------- */

static const struct {
    const char *name;
    uint16_t suite, version;
    unsigned flags;
    enum protection_result result;
    const char *record;
} paddings[] = {
    { "padding of 7, TLS 1.0", 0x002f, 0x0301, 0, PROTECTION_OPENED,
      "ff0d45c58372e805956c28eefa46a57595a33eed88bb6c79c97c9feff83bc81d3e46e6a2cfdc33d9978e7210"
      "5524380e" },
    { "a padding byte of another value, TLS 1.0", 0x002f, 0x0301, 0, PROTECTION_WRONG,
      "ff0d45c58372e805956c28eefa46a57595a33eed88bb6c79c97c9feff83bc81dd911393c5df91d177b447da4"
      "ffd60fd0" },
    { "the padding byte before the length, TLS 1.0", 0x002f, 0x0301, 0, PROTECTION_WRONG,
      "ff0d45c58372e805956c28eefa46a57595a33eed88bb6c79c97c9feff83bc81d509b4409b2f30aaac3489093"
      "d33b2a21" },
    { "padding as long as can be, TLS 1.0", 0x002f, 0x0301, 0, PROTECTION_OPENED,
      "ff0d45c58372e805956c28eefa46a57595a33eed88bb6c79c97c9feff83bc81d9c66800fa836cd339300261c"
      "652a610227747ba6b52412d1459887f62e306fa7a80c7a2c6ddef8c516c769aeb2359d68e10f953b2de944ea"
      "03ea0191e7400954f3ef2887a365f245e3d7b029be6e6d70a326a324bcbee5161810ebddcef1116c0582394a"
      "da4eedfdafda77d88648a3bbcc2b1ee787262991225535ecfb6adeacbc5ace29d37c7957861367d21b557a0d"
      "3142ebbb14f5128d713585e3897f552320dc98fc2dd5103bad887bc684fe05d00a9c56c020a7bbedc689f8c7"
      "3f7fe150728fd36289affea6deadf3226f346e3bd6adca344306d9678fa841af48aec378ff66ab95be4c2ecb"
      "74b7d051cbea1dbfefa26bed80e3a95327f8ec96fb1169bd" },
    { "padding of 7, TLS 1.1", 0x002f, 0x0302, 0, PROTECTION_OPENED,
      "d0d7dee5ecf3fa01080f161d242b3239d4a486792792e80d97b3394aaeb8a846d388abc50f2befc3a2ab95b7"
      "19fd92a9994c37b586a1a71c908788ca55bae06b" },
    { "a padding byte of another value, TLS 1.1", 0x002f, 0x0302, 0, PROTECTION_WRONG,
      "d0d7dee5ecf3fa01080f161d242b3239d4a486792792e80d97b3394aaeb8a846d388abc50f2befc3a2ab95b7"
      "19fd92a9fb85a2a194f91ee0ce69ea17b080c991" },
    { "the padding byte before the length, TLS 1.1", 0x002f, 0x0302, 0, PROTECTION_WRONG,
      "d0d7dee5ecf3fa01080f161d242b3239d4a486792792e80d97b3394aaeb8a846d388abc50f2befc3a2ab95b7"
      "19fd92a9c51cfef08509f1121ad10805f017bb8b" },
    { "padding as long as can be, TLS 1.1", 0x002f, 0x0302, 0, PROTECTION_OPENED,
      "d0d7dee5ecf3fa01080f161d242b3239d4a486792792e80d97b3394aaeb8a846d388abc50f2befc3a2ab95b7"
      "19fd92a91589ba2f247ed7629a527e3fab292062ffd672e7cb333780e816aaa01e94f3ffea11695a778d63b6"
      "1a39e72448e7582bc29d5731caa3c9342b28479d657cb8c838eb211c4070731be04b5ec162b0a223e67c6f2c"
      "549ec1e258c9cc6a35f1b3750d771cf873c4c8a0e82a00106ac3debb06eb209066b4d664900107c8d9ac4d9c"
      "f7eb38993f5e9da03216ae8cc1303ed52efbf4dc32394d8e8b7ab880f5003f2feeb3ea10a520ce8c553718b3"
      "d184df773cc3c0c4f6ea2acc900d720afe22f29dcb638542e1f58c46fa635f44e70945a5138235780a84a79f"
      "4ff7d8acbe44099568b303c38b5f443ab49af5f061ccf5fb849f9d805ef91b9c28c31e2a86eafbaa" },
    { "padding of 7, TLS 1.2", 0x002f, 0x0303, 0, PROTECTION_OPENED,
      "d0d7dee5ecf3fa01080f161d242b3239d4a486792792e80d97b3394aaeb8a846da9106874cd7dd0b8e555784"
      "0a3c8f4c7726a714f952310620e0b7baf4f98eeb" },
    { "a padding byte of another value, TLS 1.2", 0x002f, 0x0303, 0, PROTECTION_WRONG,
      "d0d7dee5ecf3fa01080f161d242b3239d4a486792792e80d97b3394aaeb8a846da9106874cd7dd0b8e555784"
      "0a3c8f4c011f779cbc3dc939a457361b0794e7e9" },
    { "the padding byte before the length, TLS 1.2", 0x002f, 0x0303, 0, PROTECTION_WRONG,
      "d0d7dee5ecf3fa01080f161d242b3239d4a486792792e80d97b3394aaeb8a846da9106874cd7dd0b8e555784"
      "0a3c8f4c6175b8b458a4366786a6c9256c5b7320" },
    { "padding as long as can be, TLS 1.2", 0x002f, 0x0303, 0, PROTECTION_OPENED,
      "d0d7dee5ecf3fa01080f161d242b3239d4a486792792e80d97b3394aaeb8a846da9106874cd7dd0b8e555784"
      "0a3c8f4c0f3f2c2538106b7da3677c4b02f4f0c2bc810206d89c07d95efebaa603c6f5d0df5f285f60aef3a1"
      "2c81e6a67f5c9f4376c3f6457ca9a4c1a8a9032cda24dbaa5c6ab4db4b0a0830ce4d406b8fc8a4ed2bc43f47"
      "9b244896f5e54cde997cf6f15f2892b55edeb871f56278349295d9dba143153d04a47505666ddae6033160f8"
      "7246fd1e768a7cd9d377669914e0cd42b73b15be7fdea39314dd5ad2bceefac1725ca5850de6323db92a94b7"
      "0b346c33e5581c177a8e97295d2b756d516dbd27c1dd9317829bab1c629ed2d37b30082d5f01bea8473282a1"
      "36dd2bed7cf32faf928873b8802403555561380e1e923644e8a83525b333ca3fc1558d3cfad3ad06" },
    { "padding into the MAC", 0x002f, 0x0303, 0, PROTECTION_WRONG,
      "d0d7dee5ecf3fa01080f161d242b3239d4a486792792e80d97b3394aaeb8a846da9106874cd7dd0b8e555784"
      "0a3c8f4cf3a5d8b2df823b86b320866e7ed95dfb" },
    { "padding that takes all but the MAC", 0x002f, 0x0303, 0, PROTECTION_WRONG,
      "d0d7dee5ecf3fa01080f161d242b3239d4a486792792e80d97b3394aaeb8a846da9106874cd7dd0b8e555784"
      "0a3c8f4cde658b03f9c001ca41894a6a6097a421" },
    { "padding that takes it all", 0x002f, 0x0303, 0, PROTECTION_WRONG,
      "d0d7dee5ecf3fa01080f161d242b3239d4a486792792e80d97b3394aaeb8a846da9106874cd7dd0b8e555784"
      "0a3c8f4c1282c0affd65dcfac10ce3a32758f793" },
    { "padding beyond the record", 0x002f, 0x0303, 0, PROTECTION_WRONG,
      "d0d7dee5ecf3fa01080f161d242b3239d4a486792792e80d97b3394aaeb8a846da9106874cd7dd0b8e555784"
      "0a3c8f4cf71660340ce16841ca1e5c9f43668fb8" },
    { "padding of 255 in a short record", 0x002f, 0x0303, 0, PROTECTION_WRONG,
      "d0d7dee5ecf3fa01080f161d242b3239d4a486792792e80d97b3394aaeb8a846da9106874cd7dd0b8e555784"
      "0a3c8f4cbe671a73e964664c158b97c6a6560f3b" },
    { "nothing but padding, MAC behind", 0x002f, 0x0303, ETM, PROTECTION_OPENED,
      "d0d7dee5ecf3fa01080f161d242b3239e9fcb734605f9473185d549fa1d5a6a6afa9b042219bda770ceada0d"
      "9cc71e839314423e" },
    { "padding beyond, MAC behind", 0x002f, 0x0303, ETM, PROTECTION_WRONG,
      "d0d7dee5ecf3fa01080f161d242b3239cca0c7adc0414044652ec0d9b3142336e103c4fdd302ee676030fc8d"
      "9cf37977d34638a5" },
    { "padding of any value, SSL 3.0", 0x002f, 0x0300, 0, PROTECTION_OPENED,
      "ff0d45c58372e805956c28eefa46a575260861f269d0dba6bc826c3b6fc59b235d9bd0f96e90a0b166c4ec2f"
      "ae0f749a" },
    { "padding longer than a block, SSL 3.0", 0x002f, 0x0300, 0, PROTECTION_WRONG,
      "ff0d45c58372e805956c28eefa46a575260861f269d0dba6bc826c3b6fc59b232cd063b5113c4133122f755a"
      "9e9dd6ce0b1fbacd1965c04593005e3f4ad7aaa7" },
    { "padding of a whole block, SSL 3.0", 0x002f, 0x0300, 0, PROTECTION_OPENED,
      "3334c2164b949ebaa576c5db5741c9005599ed59e2e3d25345e4e07569ab7758fdec895dc779d63d4877ea96"
      "a6d2118c" },
    { "only zeros, TLS 1.3", 0x1301, 0x0304, 0, PROTECTION_WRONG,
      "128df8b5d5262a8c7c50625f33885ea8e5633ca5ec" },
    { "nothing at all, TLS 1.3", 0x1301, 0x0304, 0, PROTECTION_WRONG,
      "d7cc8737abf046df5ce410433a1c511b" },
    { "a type and no content, TLS 1.3", 0x1301, 0x0304, 0, PROTECTION_OPENED,
      "04a9375332fbf4a2b36d677b841489f4e6" },
    { "padding, TLS 1.3", 0x1301, 0x0304, 0, PROTECTION_OPENED,
      "32aad680e9d93ea97c8538a161893607754efd091f245bd2f97011993ab4381cadd25076a75f81c13d1d824d"
      "7e17e03c7b128de470cae5accae2d0a29b14ef5fceeb253bd22c014736d4b11ff25e93b3c3f66c523f5b898e"
      "d9c603cb80035da7eb64c0c3932086daf167ec17381fd87e4553e2573a2237549a079115b574f6b349abdb1a"
      "226b2034e56dd079d9da3821c00db8883902aa924091a3e75e324de6b6c59abed8239df5e5ad7fdfc4123d11"
      "e37dcb3c00e2a3a8e3cffa1f7a394a0ddfdc4aad356b403da3285b26f18aaf753e2f02f75d6051fd9858377b"
      "2e68eb9e7dc4ec896743756a36a2c646430b687d1d85f7c7e91cf9310ab4421fc17250592b07f0dd48bc6128"
      "840ae8973245f8d295f1b46d5a33df3b0548443261720082a2f4169f97d43d2557bbff7a47a4a7789abef091"
      "99627cb295d4fbe704b72610e28020439eaa65f5ce090ad466d74b2e77f9bce2aaaf11a176e741d1e727e576"
      "5e673be4019d9ed7d41790d1c8166d74344540a3a2e44e26fd2faa0a41a9bacfadea7347fdae3423968ede3c"
      "6a867b9f90b2fa47eb25326ab6b2b91f840e1fdcf66d26f37ce16c9c6efca72f127ce87cc77f8437c966bdb0"
      "611867c029a1d4aca6dd028e842f9d45c586af537bcc7db54999149f4bbe883b41a29a0a99258498a01740cc"
      "16cdde6e7d0667b3006a6be118b573a70ee44a815fa5c089706b5ab96e2025a4b001d13bfaa8d94765dd4411"
      "d8de688b9e392d287f83b8d8f7a99c425ff139d2090a07003720ce352ed92abb139feb5d79dc9315ec793c8b"
      "a2f1a15e1cbffc89ed87ab18165caf2afa3317e47e3e29105d741e0a97ffe67f5ade958ac78415476312539d"
      "0c0b3ea2e3609ee6c05df31a57ef5c4c3508a00ab6c2ce6295c8f7e4dbb77cfb9f365235957ad3cfecc203ec"
      "ec0da58761b613d97b5ba1debfe765d9fff607e87009714bd0f9e367a4d97a2351744c2b7cad121b95e07b48"
      "22bc176e8b815a6a3348a3420286815e92a21c55fa3096b33798efe74c29bbb9ed178f2482392ec656c45b4b"
      "d611b6dc89a004187a066c5447be5540d5d56a0b9a1916f177cf762f583562876d201105e114a2d4fd3fa39a"
      "91620b1446818cec74ab4c1224b4c2de365c98efe5608d89845c121e13366356bce04fcf9b4b6ba125c8874b"
      "78e2ea6b9a692a33c7ac9e266d396d2ddd6a43ec74961c4bcb9673bc4aed149d06a70344b50fe8baf37b72d5"
      "72b271d4c30d65dc7f81b1cd7d7b5457b330a602f2f1dd43bcf17b0a27182d92598d7839c83a8f73fd0fe8f3"
      "d0c763c0f748be9e7c974f00c4dbc49d74cbb6f41d43819e8b2290b30f51d4ec2f7db07421e89383f4464396"
      "27c10023baf36441111865457b6628fd5fe329a753909f7e6af3230e6a1293df7d4d0da754c6bd4d6b5cd64a"
      "d11c7c179b0df889a26f18e9c94d344f4759bd3a16e1dbd5b6" },
};

static void test_padding(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof paddings / sizeof paddings[0]; i++) {
        uint16_t version = paddings[i].version;
        struct protection p = start(paddings[i].suite, version, paddings[i].flags, 0);
        uint8_t expected[20], inner, *storage;
        size_t length;
        uint8_t *bytes = der_text(paddings[i].record, &length);
        struct hl_span content;
        enum protection_result result =
            open_as(&p, wire_type(version, 22), wire_version(version), (struct hl_span){ bytes, length },
                    &inner, &content, &storage);

        if (result != paddings[i].result)
            fail_msg("%s: %d", paddings[i].name, (int)result);
        pattern(expected, 0x20, sizeof expected);
        assert_true(content.len == 0 || content.len == 12 || content.len == 20);
        if (content.len > 0)
            assert_memory_equal(content.ptr, expected, content.len);
        assert_int_equal(p.sequence, result == PROTECTION_OPENED);
        free(storage);
        free(bytes);
        protection_cleanup(&p);
    }
}

/* --- beginnings and ends ------------------------------------------------------ */

/* Each length must be the spec's. */
static void test_lengths(void **state)
{
    static const uint8_t bytes[80];
    const struct cipher_spec specs[] = { spec_of(0x002f, 0x0301), spec_of(0x0005, 0x0301),
                                         spec_of(0x009c, 0x0303) };

    (void)state;
    for (size_t i = 0; i < sizeof specs / sizeof specs[0]; i++) {
        const struct protection_keys right = { { bytes, specs[i].mac_length },
                                               { bytes, specs[i].key_length },
                                               { bytes, specs[i].fixed_iv_length } };
        struct protection p;
        for (unsigned which = 0; which < 6; which++) {
            struct protection_keys keys = right;
            struct hl_span *one = which / 2 == 0 ? &keys.mac_key : which / 2 == 1 ? &keys.key : &keys.iv;
            one->len = which % 2 == 0 ? one->len + 1 : one->len - 1; /* 0 becomes very long */
            assert_false(protection_init(&p, &specs[i], &keys, 0));
        }
        assert_true(protection_init(&p, &specs[i], &right, 0));
        protection_cleanup(&p);
    }
}

/* What cannot be opened says so, whatever is done with it. */
static void test_unavailable(void **state)
{
    static const uint16_t suites[] = { 0x0003, 0x0007, 0x0096, 0xc03c, 0xc050, 0xc07a, 0x0081, 0xc100 };
    static const uint8_t record[64];

    (void)state;
    for (size_t i = 0; i < sizeof suites / sizeof suites[0]; i++) {
        const struct cipher_spec spec = spec_of(suites[i], 0x0303);
        const struct protection_keys none = { { NULL, 0 }, { NULL, 0 }, { NULL, 0 } };
        const struct hl_span fragment = { record, sizeof record };
        struct protection p;

        assert_non_null(spec.unavailable);
        assert_true(protection_init(&p, &spec, &none, ETM | CUT));
        refuse(&p, 22, 0x0303, fragment, PROTECTION_UNAVAILABLE, spec.unavailable, "open", 0);
        protection_skip(&p, fragment, fragment.len);
        protection_skip(&p, (struct hl_span){ NULL, 0 }, 1000);
        protection_lose(&p);
        refuse(&p, 22, 0x0303, fragment, PROTECTION_UNAVAILABLE, spec.unavailable, "open", 1);
        protection_cleanup(&p);
    }
}

static void test_limits(void **state)
{
    struct protection p = start(0x002f, 0x0303, 0, 0);
    uint8_t *bytes, inner, out[16];
    const size_t length = 0x10000;
    struct hl_span content;

    (void)state;
    bytes = calloc(1, length);
    refuse(&p, 22, 0x0303, (struct hl_span){ bytes, length }, PROTECTION_WRONG, "length", "too long", length);
    refuse(&p, 22, 0x0303, (struct hl_span){ bytes, length - 16 }, PROTECTION_WRONG, "length", "longest",
           length);
    assert_int_equal(
        protection_open(&p, 22, 0x0303, (struct hl_span){ bytes, 17 }, out, sizeof out, &content, &inner),
        PROTECTION_UNAVAILABLE); /* no room */
    free(bytes);
    protection_cleanup(&p);
}

/* TLS_NULL_WITH_NULL_NULL protects nothing. */
static void test_nothing(void **state)
{
    struct protection p = start(0x0000, 0x0303, 0, 0);
    uint8_t bytes[5] = { 1, 2, 3, 4, 5 }, inner, *storage;
    struct hl_span content;

    (void)state;
    assert_int_equal(open_as(&p, 22, 0x0303, (struct hl_span){ bytes, 5 }, &inner, &content, &storage),
                     PROTECTION_OPENED);
    assert_int_equal(content.len, 5);
    assert_memory_equal(content.ptr, bytes, 5);
    free(storage);
    assert_int_equal(open_as(&p, 22, 0x0303, (struct hl_span){ NULL, 0 }, &inner, &content, &storage),
                     PROTECTION_OPENED);
    free(storage);
    protection_cleanup(&p);
}

/* What is sealed opens again: opening is held against records that others have sealed. */
static void test_seal(void **state)
{
    size_t sealed = 0;

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct row *row = &rows[i];
        struct protection ours = start_row(row), theirs = start_row(row);
        struct hl_buffer records;
        uint8_t plain[64], inner, *storage;
        struct hl_span content;

        for (size_t j = 0; j < RECORDS; j++) {
            buf_init(&records, 1 << 16);
            pattern(plain, 0x20 + (unsigned)j, contents[j].length);
            const bool done = seal_record(&ours, contents[j].type, wire_version(row->version), (struct hl_span){ plain, contents[j].length }, &records);
            assert_int_equal(done, sealing_is_possible(&ours.spec));
            if (done) {
                const struct hl_span fragment = { records.data + 5, records.len - 5 };
                assert_int_equal(records.data[0], wire_type(row->version, contents[j].type));
                assert_int_equal(records.data[1] << 8 | records.data[2], wire_version(row->version));
                assert_int_equal((size_t)records.data[3] << 8 | records.data[4], fragment.len);
                assert_int_equal(open_as(&theirs, records.data[0], wire_version(row->version), fragment, &inner, &content, &storage), PROTECTION_OPENED);
                assert_int_equal(inner, contents[j].type);
                assert_int_equal(content.len, contents[j].length);
                if (content.len > 0)
                    assert_memory_equal(content.ptr, plain, content.len);
                free(storage);
                sealed++;
            }
            buf_cleanup(&records);
        }
        protection_cleanup(&ours);
        protection_cleanup(&theirs);
    }
    assert_true(sealed > 60); /* AEAD and CBC of all versions */
}

/* No keys stay behind. */
static void test_wiped(void **state)
{
    static const struct protection empty;
    struct protection p = start(0x0005, 0x0303, 0, 7);

    (void)state;
    protection_cleanup(&p);
    assert_memory_equal(&p, &empty, sizeof p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_open),           cmocka_unit_test(test_bits),
        cmocka_unit_test(test_prefixes),       cmocka_unit_test(test_others),
        cmocka_unit_test(test_skip),           cmocka_unit_test(test_skip_without),
        cmocka_unit_test(test_skip_short_end), cmocka_unit_test(test_lose),
        cmocka_unit_test(test_padding),        cmocka_unit_test(test_lengths),
        cmocka_unit_test(test_unavailable),    cmocka_unit_test(test_limits),
        cmocka_unit_test(test_nothing),        cmocka_unit_test(test_wiped),
        cmocka_unit_test(test_seal),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
