/* Is this signature right? crypto/signature.h.
 *
 * Keys and signatures were made with openssl for this test; the keys were thrown away. All sign MESSAGE. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/text.h"
#include "crypto/signature.h"
#include "support/der_text.h"
#include "support/walk_text.h"

#include <stdio.h>

#define MESSAGE "The quick brown fox signs."

/* AlgorithmIdentifiers, in DER (der_text.h). */
#define SHA1 "2b0e03021a"
#define SHA224 "608648016503040204"
#define SHA256 "608648016503040201"
#define SHA384 "608648016503040202"
#define SHA512 "608648016503040203"
#define ALG(oid) "30{ 06{" oid "} }"
#define ALG_NULL(oid) "30{ 06{" oid "} 0500 }"
#define PKCS1(n) ALG_NULL("2a864886f70d0101" n)
#define PSS_WITH(fields) "30{ 06{ 2a864886f70d01010a } 30{" fields "} }"
#define PSS_HASH(hash) "a0{ 30{ 06{" hash "} 0500 } }"
#define PSS_MGF(hash) "a1{ 30{ 06{ 2a864886f70d010108 } 30{ 06{" hash "} 0500 } } }"
#define PSS_SALT(salt) "a2{ 02{" salt "} }"
#define PSS(hash, mgf, salt) PSS_WITH(PSS_HASH(hash) PSS_MGF(mgf) PSS_SALT(salt))
#define ECDSA(n) ALG("2a8648ce3d04" n)
#define ED25519 ALG("2b6570")
#define ED448 ALG("2b6571")
#define DSA_SHA1 ALG("2a8648ce380403")
#define DSA_SHA256 ALG("608648016503040302")

/* SubjectPublicKeyInfos; those that cannot be checked are made up. */
#define RSA_KEY(n, e) "30{ 30{ 06{ 2a864886f70d010101 } 0500 } 03{ 00 30{ 02{" n "} 02{" e "} } } }"
#define KEY_RSA8192 RSA_KEY("00 R1024(c1)", "010001")
#define KEY_RSA4104 RSA_KEY("00 R513(c1)", "010001")
#define KEY_RSA504 RSA_KEY("00 R63(c1)", "010001")
#define KEY_RSA_E1 RSA_KEY("00 R128(ff)", "01")
#define KEY_RSA_E2 RSA_KEY("00 R128(ff)", "02")
#define KEY_RSA_E0 RSA_KEY("00 R128(ff)", "00")
#define KEY_RSA_LONG_E RSA_KEY("00 R128(ff)", "R127(7f)")
#define KEY_SM2 "30{ 30{ 06{ 2a8648ce3d0201 } 06{ 2a811ccf5501822d } } 03{ 00 04 R64(11) } }"
#define KEY_ML_DSA "30{ 30{ 06{ 608648016503040311 } } 03{ 00 R1312(11) } }"
#define KEY_UNKNOWN "30{ 30{ 06{ 2a0304 } } 03{ 00 R32(11) } }"
#define KEY_X25519 "30{ 30{ 06{ 2b656e } } 03{ 00 R32(11) } }"
#define KEY_EC_EXPLICIT "30{ 30{ 06{ 2a8648ce3d0201 } 30{ 02{ 01 } } } 03{ 00 04 R64(11) } }"
#define KEY_EC_NO_POINT "30{ 30{ 06{ 2a8648ce3d0201 } 06{ 2a8648ce3d030107 } } 03{ 00 04 R10(11) } }"
#define KEY_ED25519_SHORT "30{ 30{ 06{ 2b6570 } } 03{ 00 R31(11) } }"
#define KEY_DSA_INHERITED "30{ 30{ 06{ 2a8648ce380401 } } 03{ 00 02{ 11 } } }"

#define KEY_RSA1024                                                                                          \
    "30819f300d06092a864886f70d010101050003818d0030818902818100dc6a53f23abdd7cb636cd624ec79f50c31"           \
    "ca0d3647c4bfad1266fb0b36ad1bdc051b612473429af1eb4b774d32172a98812c02fbdf3725247d6abff197bd7f"           \
    "2dd5c9e57c457029ac8aece7f7d32af9e7b934831ffca800ca32bfb7c67e35ce93e82d9b14ef6c823d59ca21a3f7"           \
    "fa2ff94a53a3444f0aec2f21c45df69fd6bb7d0203010001"
#define KEY_RSA1025                                                                                          \
    "30819f300d06092a864886f70d010101050003818d0030818902818101c5ffc0a3fd13d678285fc92f5430259cf4"           \
    "421f81dd28aca0f27b655ef1beeb27205d3718724d7dd09adb7d91a683c92d1e365425a711250d6124a6400632c3"           \
    "398046e9a54fffa9c33890b1352a3ee8a10f04962ca65fdcca13a2c9532c545573535a1a9ac4e603981518cff460"           \
    "a7d2473315360e32fff4406297d808e65339810203010001"
#define KEY_RSA2048                                                                                          \
    "30820122300d06092a864886f70d01010105000382010f003082010a02820101008d78a8dd5c1de30c80b95df4cb"           \
    "c95aee0d5eb058633033d866d698173827178bd6864c07f6bc6e372c9938c59b58dd23b6d888fff0759da042143a"           \
    "fea8db7ebddac57262189bf819aac6f42ba34d9d180990def3fd906de7aada724115f372ed344ba7acebfe63a439"           \
    "9c559d7afe2b56f747433dae37d318f15856f5038d108dfe825b8bf14742597609e4ee111238c92059e3beccab50"           \
    "4d652781e2742ef788924d6bdd2f308b39742a4bdaceb2b1ab9be0b7522ac76208ba5a4af49a242339b504ed3a5e"           \
    "455502259162583ac286711c00795879b1e54b2aca7bb3e5cdefcb6f7552f0b97a39d32aaede37a41c05d75b5d44"           \
    "ca0fcd6d14cd762b95bce822330203010001"
#define KEY_RSA4096                                                                                          \
    "30820222300d06092a864886f70d01010105000382020f003082020a0282020100b6a7a670012a0d472d80376d57"           \
    "789d7451e2d4b7f24bf868e3d1d583a5f8e5385baf192c38ba503eee86b12a6f5536d8d4b8083541558615eac206"           \
    "23aff0ea789159eeef93eef02678a678236b7729cda6e47edb3c32c08cd824d80e493af931068c955ff3714192ea"           \
    "d954bd36b8370b3772e5ef09478fb85ffc7cf546011bf4ce0549052be3d877db978731d9ad48e82b095b339ccb64"           \
    "de69015c26d86df3bd2ef1253a3fbbca768d3b88efd9280455341f8af2caa06782d4093acf72b5fdf1f31bac127d"           \
    "933cfe9cd4d3e88928e22ccb789f3a487085d855994cc39efcc67d6f5cedbe96edbc985b92c02063e05666dd3bac"           \
    "8f6629dc1bcdea925c89e42a14a73dacb6492c21dcd2068fb9e27850a49b7f2c10eed140885b32eab65c91365a65"           \
    "674e29ac458b0c5ec3bd33cf3c36d8eb812dd61a27908c5e2c6f10ebdfca9bc711df7644342c52cc0f66edf2e780"           \
    "9a0205c248e2f9ae414988abeeaac34d1f690d42c2b6f0dfcba47ce63438fd2865e4a5cd34efab1e7f0799f57c5b"           \
    "ff8a8d00058c46503ccdd2a49654398eabc88076c5ab99669452285295a217481483fca3c28d8ddc76820cb211ae"           \
    "2dfe9fb86b9cf7383e375d2bfd6d5013c651fea2cb618f20f78524ccfda23a181acf11b5a049181f119c90dbeee5"           \
    "68c96a064a044a69ee6d4547b6c248f8c3cbb30bfebabdff0caf6495da3742f9256ae88a315f670203010001"
#define KEY_PSS                                                                                              \
    "30819d300b06092a864886f70d01010a03818d0030818902818100d1efa3ddb3ba4b1d86ba0b42b287ea5cb6b917"           \
    "cda1cff97bfb5db1237e1e7c2ea1df8db50741272126fd0ee70d67307e00a508df3540bc96850b70f6359b8bb572"           \
    "bfc979f6ddc8533edd34e1beac573ef857388fc9b3df6e4edef2355933aca988f3a3eb50faf2e7bb205e82022386"           \
    "ba426a01c0910c4e67ac2a52655167304f0203010001"
#define KEY_PSS_SHA256                                                                                       \
    "3081d3304106092a864886f70d01010a3034a00f300d06096086480165030402010500a11c301a06092a864886f7"           \
    "0d010108300d06096086480165030402010500a20302011803818d0030818902818100cc0954be3d5098c0a5932e"           \
    "80f0546620ba8ed4d0d3b4fae5962ea66204d3ac31dc28b1f0c7e06cc56c666dcefc0a17b5225baec0321e40abde"           \
    "df97eb6f5c3fed6f8543bf0d7188342b412cfeb22c5d6fefc7eef3ffc69db02ec0d8976b21e2ec08a56f8d038191"           \
    "916e1ecd6fe73b983ad1dded41d3fc8a9356fba05ed60238e10203010001"
#define KEY_P192                                                                                             \
    "3049301306072a8648ce3d020106082a8648ce3d0301010332000475ed7e76bd42906dc3b59221f3860125d47e50"           \
    "fa59117bb0dc4954dfb516859479cae04395c7921d4caa3f4be1ba243f"
#define KEY_P224                                                                                             \
    "304e301006072a8648ce3d020106052b81040021033a0004a8dd43a74b4f28f64b843cbd2fa2cde9bfbcc2d4b6e9"           \
    "0f4c1609806105bb2e12d244a746df538c08de5452b633185045c8fc1f7b93da04d8"
#define KEY_P256                                                                                             \
    "3059301306072a8648ce3d020106082a8648ce3d0301070342000424058ff0de15d6d84516c7558f4a6a9cbb8c42"           \
    "12960474fb63676766fc02130f47a46ae6cea7b79abef23b872dec3aafe5e3b171834f794bc0264da0d4ff394b"
#define KEY_P384                                                                                             \
    "3076301006072a8648ce3d020106052b81040022036200048f219ce7089defcc7d505328b7bb2cfa5cfe8f65dd7e"           \
    "80f6c34e52f6dcdea217f6a42b5e83ac031fcc3c31a51f0073cc87c1dc6a951b217bd72a4498213de13b6abfb80d"           \
    "3360b4857b4908911fb9544ae8e362705ee832420f0918d15b4dd196"
#define KEY_P521                                                                                             \
    "30819b301006072a8648ce3d020106052b81040023038186000401f2075ac6b21ff6f0570ae3d6a3dac24a0798d7"           \
    "e36a4a6eeeaed57029eeeda120bce0e32d97353fed656ed06d3099cd6717ab0a836ee9dfdadb31473ea1a4e81e43"           \
    "01f10ec975b90f3674ebb2d4e51e75c7c9ec8bf5421d12ab0708136583af9e9936336c99e687faed7e9c118b77b9"           \
    "0c4522bff1a3da5a268c0a6f92e9581560bedcd9"
#define KEY_K256                                                                                             \
    "3056301006072a8648ce3d020106052b8104000a03420004ecc35b8a2911bc286100b39db65880b38d4560b8e197"           \
    "f6798f592eb766109711d53f7634766814a9a21d82024ef575f3fc19ad8126472a898198718cb766d651"
#define KEY_BP256                                                                                            \
    "305a301406072a8648ce3d020106092b2403030208010107034200041a9e8fa6c2edfde27114e124fcbe45118b05"           \
    "a1307a981d13b27675a9be167ab069166d9428e1a407c20b87850b886d4fb266c90244e41f772e27c70785907ce4"
#define KEY_BP384                                                                                            \
    "307a301406072a8648ce3d020106092b240303020801010b0362000464faf5809a325d760e92f096899562781de7"           \
    "75f6866cb445f79b23f27c5b059641bd19862aff02cf37e54b14965d7186736b6df84e3562f5e68d315e034d1ed3"           \
    "6cf518038d600c98b8a3b1f2a963851fc075dee867d07527c7069fb9a06ddad8"
#define KEY_BP512                                                                                            \
    "30819b301406072a8648ce3d020106092b240303020801010d03818200045f088aa12e5c077e7ffff432b0ec2e3e"           \
    "e96b201e72f705e64d7d20328a064d8af796c1f26e4057d475ad54e2b0a57e07780bd37a5a5eaafd7e5331f58183"           \
    "fd640c461525a4c2bfeef00f67d05bfc5b4f8a1d323b9f63b73235d0ddd453cf85d36a9437a281a01a2e1d2d23fd"           \
    "e0d2710bffd928048566098818105d4eacad8160"
#define KEY_SECT                                                                                             \
    "3052301006072a8648ce3d020106052b8104001a033e00040159378b299bca2f04ba6f0ed797afa55bd287f90021"           \
    "61d71a511172e35a007d10dc859986364ccb8ce1c336f81920c6b6dc97ba6759e75c31e7d060"
#define KEY_ED25519 "302a300506032b6570032100ff59b57d3313aebad52935776de89480dd873367715229ae66af275ffcbeebe8"
#define KEY_ED448                                                                                            \
    "3043300506032b6571033a002cdb8452aa4f7d925e24e193db47ecaa52ebf947f8be16a232984b80cae5ebcb72a0"           \
    "4d85d937e41f1aa205252cbc0bf746153d0bb05e472400"
#define KEY_DSA1024                                                                                          \
    "308201b63082012b06072a8648ce3804013082011e02818100ec656b1573ed0f5de17663e6afd38c8a749448cb75"           \
    "89f48ea716a82f6fea4a022ff415ea82731519d81580fc8e87fb946a1821b315255d802db3db98e8d8931e6e24ab"           \
    "4c995a5d695de7eb4ca0e82798e50cdf3d39a4a330e100e404a2dbbfcfa981e2953242ea58f3ccc7ef755a142c46"           \
    "85baf2e9fbf37e42a808cd277a9a53021500c2000b7c20e43dd5f90bc912d9373277d1c978d302818002211b942f"           \
    "cbec8c67bfafdc381ccdc5f4df84a9de3fd575e2937c8deb7c1d177bc888ec0b5d6ae69a8df7e957bc59efcb5250"           \
    "be1363690f159b97b2ce679702dca4042a6b2d6f8b8578c00838f32deb412a34b5ac28c416e5ab186f5fb597b194"           \
    "4c051a04d8600f7f5b23ff326137dc0257011206237fafd03077ceb8100b75038184000281805640901c503a3698"           \
    "709f2bf71689340921c6f9bb4f8c93a2f4fb1f3119559d05196b5465d087aea59097936fd3090f45d8631c81d957"           \
    "60c2ea9f648f168864cb94c7335078bf51a916ac14af3c05aa992b34266f862d24b46b47a499266b357a7caecbf5"           \
    "f921d7ba870e7177b8059f74cd85a8361983fd79ba282d33c97e27be"
#define KEY_DSA2048                                                                                          \
    "308203473082023a06072a8648ce3804013082022d0282010100d6bddbaf9eaf6de7876d4c25eb927fc807b39a96"           \
    "e81eaba67c038a2ab5dcb2e75e1b1945b6d90c7b0c0e1bdb17ab82994230a9c9fbae2563ffb8580d3f36506d1887"           \
    "394a251c15b6865e4d1861a3bcd7dcc9be0949336c5b21d90cd0ef8809a7b6ad15d459828d1ec92ffadecc10557e"           \
    "cd2cebc920ca154d96035d2d5b1b08abb9a971cdbf9ec478a46473fdcf7e365e3cb57c770b1c771230935cfabca8"           \
    "b7dc16fbbea68eac83bf8b35c7640596c0a510aad04d6fb41a6c4b76c33ca75d4a31401b95ad92c6e4138e4be5fc"           \
    "379a8d12b28bf9fb9bbbc6152b051798a76219cf748fa991b46622ff4038169aba49aa9c58acff40a5c53a34c604"           \
    "268d94828067022100e65aa64fd0a1ab6b2b143c1156b334d4e6bb71842e85e38d396c7c86963e25970282010100"           \
    "ca93cfe6105586440baad0277d1049e80c0266b62a1e9157172ca89d6bea8e79dd146da2a6e375a83499217d99fb"           \
    "d3ad82cc38b525afacd80db2db15a542009453b858d22c8177c9258e64f0795c41aa0ade83176728bb74bd81dd0f"           \
    "7cf5dd5d464655e00e3effe6f576c6ecb2705c53b6279721835b34d1ab83b4bb383ed5adf683cdb0d4b28361b8a1"           \
    "30ab46a4c9668f5c021d83e3b3cd5659128f30d0d1456b9b956d49dcc86c7dc2681d1f1669ba316ca526626a81a3"           \
    "a9ce17c09f4e6840111f53ca5844a14a536521e338f34997e5134b8f9fd293122bf09b28640cdf81889f6cec1f3d"           \
    "6ebbe31e37ec9f313da39bf699ddf8f7025d15fde604130d35e203820105000282010057baf334fe252390793d5d"           \
    "38bcff9de7b1965a620c8e5f3c821d2d402e829ea07ac619fed71dd7d720cc0f33215d07e049f02b8f36ac57786a"           \
    "0944bbfec65c9d0f72d01f8cc7d5f366877961deaceb809ea78ddda2b926613dc81bf8d0d1f505cb9e6eba6055e9"           \
    "629b9ffbd5960a4c016484411b011fa8678b4e55fcd7929cbf3e61c56d891e1e0c0180dfda2bb47d02e1d39f47f3"           \
    "e185a16e4128a3dfb3469007e16645c3dbedbded37e0730ff88acb879cfc4018b4c8cd2394607f44166b925fcca1"           \
    "79cb46f9cbd0ed2d6a80aaa0001d9d4ed1c087aef438116ef839cbf84fe1066e986b50e3638baff4fb4f3b81a72c"           \
    "72a3a3c4dc920c07b8237f62eb4026"
#define SIG_UNS_P192                                                                                         \
    "3035021807c2c77e4a14102e3d9d76cc6808d50f2fd71da55fcc6920021900bc46a15e723f8cf4aeca86335d3d79"           \
    "27eef649e6e588be61"
#define SIG_UNS_SECT                                                                                         \
    "303e021d6e1159b1b4ca79a7cb842b0a3a16d21c412c83928419653ba873f06349021d5e8b04985b49535a420860"           \
    "6c87a5f46ce1ccfa4b8f8a0052543cde5e2d"
#define SIG_UNS_DSA                                                                                          \
    "3045022028c5a1827b8325e6a0f4cb50612cc2c61a8fedef89affde66fe1953148a620a20221008f4690a5780fda"           \
    "7f080acdf56d92bb05bf8d2b1fb5bf91a8d41db42a150d486d"
#define SIG_MD5SHA1                                                                                          \
    "c70601b35fc1707fbff78a0022436fbfd707fab0e84a31de6ab90382e434372d84fd6934565046db5efa54625a06"           \
    "451e2befba3eecc72009d537818998bdcd07cfae8f082c5c052983e173eb4256166da21f6cafef68a599caaa4efc"           \
    "b903ab36403895ae0ad66be3a26f4d0d380867624763799a61a03a75b5e55e0bba13007b"
#define SIG_P256_SHA1                                                                                        \
    "30440220329ec21a4315110d87bc1efd236ebcf34219f1b9d267034ef631e2c167ed97e9022074baef7dcc60a553"           \
    "4313d9a89ca198bffac98568145894c2492ea0eea7bc0d1c"
#define SIG_SHORT_PADDING                                                                                    \
    "35ee08e283cb99e4787e3722d31535a9d6ab4e85b742022c5249a3a51f6c880dd34e3fac4c83e77507e35a4771e9"           \
    "0130a76f75c89e389d8e0c384c18f4e09f8b7bdc9be2788beadf8128ad030105e5b240da8125b1045d4dc649eede"           \
    "946bef1e4548c90a18acb4c6d221bad0ec50f2b43f9595dbdfe5369b85ed6a98515c6e4d"
#define SIG_LONG_DIGESTINFO                                                                                  \
    "4064eda24b45e9505f78d5d74a08ffb285a2dc4a792a8b5efc080d8afd6b9c2406458658145faf6d615679cd8ed2"           \
    "4822239201d949f294e359e7f6e012c93c36a4e3d330a81db881e4a9616578575d41275b83ff8a6d4495a1d63797"           \
    "5bc261919399255a431662534fd442743a7aa14d093ec5e790e103b33783966c2089d53f"
#define SIG_NO_NULL                                                                                          \
    "43b98366a0aacdc16b335fdf5b2f06c1bff82807c9325cea1db6f0f7e980954d581dcd2ba97fe5e6db7b34612532"           \
    "acde679c5c3cc1b93196fcb8f9f5a8da1aeb6fc65d695655a3d582b9ac490e2c1787c49ec533e41df5b8ee579b1d"           \
    "4d0731537c82f829e7389a29955ba5442894be5214978cab5c9db4ea89a0865536cd0d85"
#define SIG_TYPE_2                                                                                           \
    "04a322f43d359e72d7d44ad60922189744df5905e8de1a232aa713fb758b6fd7bbdd21a4423e72a0a92012290fb0"           \
    "ffb6e9553fec5c0387fc2f5b0bb91078b5364566bb4969b16e46b61eaa3ae93632ebf12fcf6f39c3211f8b1c1450"           \
    "dc984fca4a733e6c65249659065542b6616facf558ac80e42c927dd8d05339418fd9a7cc"
#define SIG_NO_DIGESTINFO                                                                                    \
    "5c1e1547fadd1235f18668157efeab589f42e7e7e3aa9460d8a63b27cd9b2c17e2e2b957f9e1d289338f04fab6f2"           \
    "2082fe4cfa3495c02b68e9f930936aaa78640bd2e0e8caf49ba7a6f1e38fe23305c2303e93502601a16b9a9373c4"           \
    "251f288420b6b2a9f5f3d68d789519f0e4054cc2b9f74ffe08b4ccd82e5fbae167637d73"
#define SIG_LONGEST_SALT                                                                                     \
    "0038ac3312402774ec40244551b086210ea1f7ffbde94b19c9c011375bfc4c6502f809f4a161c0186f383165eab8"           \
    "701d68675812eb62bdff3a0a6b1e33d35fe58506cc5c840bdc8e19e2aed490ade7df56738609b9f6d0991dc5bd12"           \
    "bc2c29fb9faf42b193b34d9161fd07d7af065796ba31493efbea9a4e4a55b001d033d901c6"
#define SIG_EXPONENT_1                                                                                       \
    "0001 R74(ff) 00"                                                                                        \
    "3031300d060960864801650304020105000420285a38c01cdd4fb3c4698406bcddb47edf2ebf3ba0e312dc030063"           \
    "761323200e"

/* --- what was signed is verified, and nothing else --------------------------- */

struct row {
    const char *name, *key, *algorithm; /* der_text.h */
    const char *signature;              /* der_text.h */
};

static const struct row good[] = {
    { "PKCS #1 with md5", KEY_RSA1024, PKCS1("04"),
      "95d0957e3113eedd82dca7639773a6015d69a08c536b1a73ec5bef741434840d0cb9dc334e29199ecc2bd3dfcfac"
      "1647a7cb368d305598041019292f575094b6e41d53dbeb0ad43e728ec318fbc538d13226b60648f419e184c9a36a"
      "c0900b788d1f3ed5725dd535aa28cb2001784fba7584374a79bd7fc680478e181eb4cd91" },
    { "PKCS #1 with sha1", KEY_RSA1024, PKCS1("05"),
      "8c1e7a4ca1681f0382beb76c7a761f1ed43e88bd1bd5c07db2cbf5a1e40006cef418f8452ca11f20475a379a2fe0"
      "5ca8e39ce0bacc58f842b9c2ad6035c9c244f8dcf9fa804b5714e028463d4df3b5b3c2dbcb57310c435d2c9f57f1"
      "40305b00f3e2a8494baac474971ea9707ec28e5b05a09491dd052d79bad2f96900089192" },
    { "PKCS #1 with sha224", KEY_RSA1024, PKCS1("0e"),
      "2e345af364bcf3b83820ce81e23bbe99a655c341de1f5d73074ed39ebe190f3ea6440bf2c97bccd93e262cfdb196"
      "805e868e7447d95302683cc7ba830d59e4e4fc6dbcb0255630e820828a38a297bea1d6203e7b57cac9520b1c0d61"
      "0e1fd98ef16793db23a990a47162652eb6561607299a642e7e8c26712d2b2c7ec0f78b40" },
    { "PKCS #1 with sha256", KEY_RSA1024, PKCS1("0b"),
      "5123710ce66591fd615a9d92e4e4eb0c2b15f681faf869d1349e67ebc8984e0556ad2162a3dcbf33c187400ab8cd"
      "8022bf7f8583d07082a54229581a46817f2dc565a247ef4a3a3ac0ca92f23b9de9bd998e0ef0727438094dcf363b"
      "2182aa0a23fa1ac1e3ce6b3d8ba9713acdd9e5b94244b69c6ced6a96788a0fd75c20704f" },
    { "PKCS #1 with sha384", KEY_RSA1024, PKCS1("0c"),
      "d7493cd696ffb90e5f6b130ec1cdf9ba0e320105a19f1e6bf3a8cb231c50df14f14b304449d38c7e04a7202a01eb"
      "d032d04599bd9691e65c66713873bf48e6d68a3947434499649b8115c213ef7d885c7dc6936bfbfb2d740e31363e"
      "c81107fc83c65c233893ced59a4438d1eee4709d2b80843e8add0b440a515f96c585aae3" },
    { "PKCS #1 with sha512", KEY_RSA1024, PKCS1("0d"),
      "9de755e888e520d5791135963082d5688a58c5dd5d2ac072ebcb538dcfdd8aeaf8116d8d7244cad6a5a76f43071c"
      "8c6b2604bd53cdf8a4c4a2a437ab2b19c26f0572c8205c1c8c1e24b2e8b4987218f6d7335b32fd1312dfb70c605f"
      "09322b88da776294c3e4667063b5a40d2a654efad39257609692cd520bdd9ddafca2c894" },
    { "PKCS #1, 1025 bits", KEY_RSA1025, PKCS1("0b"),
      "012939b809f8e6509456358ab264511b8037fd401da5f471228cd8960673144b33ee722455d727142e9d106115c7"
      "3d3776a4db489af1c67a1c40e5bda0a5af97881c10469424931544d31929977d43f8e976b1f27e5cf172ba074150"
      "a4bfb491179b5ebe8f4e11b69c1565d0cfcdc08ade7ce10bd2e60edd28ea4d6dac7bb36306" },
    { "PKCS #1, 2048 bits", KEY_RSA2048, PKCS1("0b"),
      "6cd6efdf1c6b801bdebce219e63d9a90e3bcbb815d15eecb55d9b2cec9d5ac74b23a3487b995d47ea4796734576d"
      "3612a74b9c3ad52623a66f26e3ea653c754c7539f8fdbc510199179f9a59796d16266eec442aa82f6f1c590945b1"
      "d2ebb58266c32540b3c2876a2a7bb6eae84358962c5b12593050c473e1708e47c3e1c89aa8dedee4607ff14be360"
      "0688e18978fc9450ffc0a4bab793f917fcc41ef7afd3b38e5bd7d424c31d5e9bd640d3856ff874dcf9905e3c2a26"
      "19c58e3dbacf702f2add2e1869a60711fd68bb93b4661fe08c5ef7c92042bcc6e90d22328e440b48f63551560507"
      "ee899994200c374331032e05b562b6744dd76c7d4335f7f73189" },
    { "PKCS #1, 4096 bits", KEY_RSA4096, PKCS1("0d"),
      "5c0be7b1b14c54928fcb2fef930a8f456c825f087c2dc45c888468a78fa45478e93e304446fb7e713e96e4438f7f"
      "2c63c31cea420b82700863a54c6f34b730df4e06eb145871b3a288f9b1d4bdb12c3ba7e7baad35251ae48968334e"
      "810bbb64361bbc87c4f4c60ca0593d258dc0387ba3461138bad49819e21d98965d7010fbcadfb7e77170d7a2f884"
      "545b0e1d182207772ad691eb95c06870dd6774a66b21fbdce9f5c17cf5443d36380cf9647b14c6975599fe1cec5e"
      "f2006d27ccb6f5b13ae119b1b34d238eed5ab3653787c295e3fbf1691b0d93a5fc62897c174d43430829c503d0ba"
      "e363ebdc015078bc6502cb514f59ff90783082fdfdcfe7f740cdfed1397905d9a392a91deba69c0c3d5f32298f47"
      "29a708c88ec2931ec6badc74d31da8efe0c4e69109068c4e06d7e956ad497456aed66ddf824c4c1637503d09ed50"
      "8fb77868920e4068774f29eda874d8573f1185dbf5582d92f4aa86265e33d7f705811c36612e0a92518f76bca8c6"
      "194d426dae9a49f9ceaa3fa43cbc133ff89796c5e5db179b7f3eb3d908e715ab8036e26587c4b9b7150a496fbf64"
      "b55687850896a0a5c031a7e9d49ebdc5ecf38ab1211f4e2c3cee71b90f7374f597f4b862368d0793ddd02b7ce8c5"
      "1d70ecfec57c8a751ce589a7742c246c944fb52ac2ccdd1c49867ebfd8b92fa2bc5f26b3122d3aefbb464a9c5557"
      "9533e082117c" },
    { "PSS with sha256, MGF1 with sha256, salt 32, RSA1024", KEY_RSA1024, PSS(SHA256, SHA256, "20"),
      "66093adaa2e9d4fe4684f6ff52829f7b4ee37e30f969990dbdfb1d2ac33bb729101858842a09a9e70e6887bde7c8"
      "eb56af5deb5b7f7d921e8227b213cfddd4f5ed49473f914eec90f9cbda20b31536c1b122c212e6213fa7e07ab758"
      "9dbc5591b18a10b291e9e19900e6b2a8d17853e941201ebed6a14866859fd2fc9d83986c" },
    { "PSS with sha256, MGF1 with sha256, salt 0, RSA1024", KEY_RSA1024, PSS(SHA256, SHA256, "00"),
      "1a423db94d957e45286fa208795fd9e7e918941665cd5c72e718dada91ed362b361c05af49ba408fe2aaa08149bc"
      "8b8f7b6767641f23ec81aff6407a379f8e3a07a649ead9ab057c7c80a7fcb07538d24e96fe3a012a0ebfb288b8ed"
      "6ab093a07e1f6403aba0e3e327656accff324734dc8ea348e1a293690c0096953c8df6dc" },
    { "PSS with sha256, MGF1 with sha256, salt 20, RSA1024", KEY_RSA1024, PSS(SHA256, SHA256, "14"),
      "30c6172916ffbf975bee9881cf24a40838060e64f93f5094c2a7781b50f32bf191da057297845284ad6ee9eeb4f1"
      "2109e74bf7fa78c9973bb33d7415bda27ab859f68ac558c934feaef487ced34631b982bc81b52e4714a1ed1bb953"
      "e59f948161e20a65535547d0bb577224e453cad562e7cbeed102125fdd3dc55312204085" },
    { "PSS with sha256, MGF1 with sha256, salt 94, RSA1024", KEY_RSA1024, PSS(SHA256, SHA256, "5e"),
      "395c9f8320d5a42457bea6ca8cc6cca4527f51bf9623ce5212795f3bdca93676d424fe0767e61bd811e3d9a9a87f"
      "42d959c8d6fc46876c836cf3719609a52f35b7a0f13a6dfc10317922fc040046d806af2741677246289ec1eea15c"
      "d3367dd68c4f0f5b25042b17e0b4124efa1129e5a30f8c0d6d8170803f3dbbda1609b7be" },
    { "PSS with sha1, MGF1 with sha1, salt 20, RSA1024", KEY_RSA1024, PSS(SHA1, SHA1, "14"),
      "7a71feae4de0829d594000c20953236a80eb3bd5999305801ab3f6ae14b9c81088e859c881e859ac389c910b0365"
      "9658853fe4c7f32630076022dcfaff510dd5ff74a2ac51874047aa3292c73b45cfb26d53097536e1372173293519"
      "b5704d88a95b7f537873625480a4e87a27cdee1f13f530c66e8a83b9c3a00976963ad936" },
    { "PSS with sha224, MGF1 with sha224, salt 28, RSA1024", KEY_RSA1024, PSS(SHA224, SHA224, "1c"),
      "da1bce7bf018d920e4bea2807cfd6bc95a8cfe0d326dec0c8151b5d4b1b2f402972a2c0efcb18f5136219813fe48"
      "f4a63666b7b8b595f28d3c163ed8d0ce9d595c963d084e456bf8842a398d0f0352087869b3e08abf56e7b4d7c583"
      "1f8e5d85d2d1ef8ab623258aa3b6451d113c0a8ad49c6712b9184cae08dd1b925101e924" },
    { "PSS with sha384, MGF1 with sha384, salt 48, RSA1024", KEY_RSA1024, PSS(SHA384, SHA384, "30"),
      "ad7173775160833924a14a733c80d4e31b1683f9724f001ea10a5d9543ff63e0abf5b321c064b8247ac20256fdbe"
      "ab3352c72c14cac6d800ea1daf2a270bf7c86c738bfe81b489aebd556cd8f2d503261ef8ef46a8b4a516795686d9"
      "039d7d0ef3f3d801561150cc578ccd935fbcfa3d66427ce1d1ed1fc1abadc04549af3ecd" },
    { "PSS with sha512, MGF1 with sha512, salt 62, RSA1024", KEY_RSA1024, PSS(SHA512, SHA512, "3e"),
      "cf3c2dfb7a422b6aab2c82a9e9edd5f97418fb39eaa6fe43d464759704f672e6d34353f71b069399aed43a6fa852"
      "7022e67f047d538196b2b4746718f485b7e0c877194e9a42a0dedd0a647ddcd7046481f153f77f4659631e64f8da"
      "6e62e97bc47c0a72f41d55ead8feee427e84fe55407d9274000bb06368f6e8cab6e67055" },
    { "PSS with sha256, MGF1 with sha1, salt 32, RSA1024", KEY_RSA1024, PSS(SHA256, SHA1, "20"),
      "bb6a7c0a700c58df2a7bd57ccc20b0eccf9b7a40fc02a7a46a8040afbd3da70a96f1bb7497fbdc613cc0b2ccec68"
      "9d57c09c54ed40b5239508e2c7327cda070df9a22221808453a4813049afdfb94249d79978ae43f04039e8da7e42"
      "057f6365e6d95355f8140f161a79a7225353681effffc906f6d6f0d6eedf64c7e5380059" },
    { "PSS with sha1, MGF1 with sha512, salt 20, RSA1024", KEY_RSA1024, PSS(SHA1, SHA512, "14"),
      "7bfd8fec512bf16f6aa8eaee46915378794abdd0c31e5d85cc88ee44fa1633fc251361157fe0f169b15eca79fca7"
      "97e9a8231b193bdaa571aca03db832d05ecd73b857a9b49cc320294740299f53e196765c87f8d76fc0a2dd1a25d6"
      "58599d1b5ca51592e76b6a720d6965295b2201f505b71669915724bf390a95993f8658c7" },
    { "PSS with sha256, MGF1 with sha256, salt 32, RSA1025", KEY_RSA1025, PSS(SHA256, SHA256, "20"),
      "014ce79c2ca8cdb67e18a8f08762218a5d93097c782b474878fdb8213d4e8dc616836c5414ff1b9f63b6acd35aab"
      "9e0d2eae179b3a627bb05905466760f63599069404fe28e1e5e0828a088205a5fb7d8afaf96fd6f53c3367759e46"
      "ef006e3035b63807574c5cf389b632362a83fc7e223d2af28f3a21eafbbdedf5b6b20b0017" },
    { "PSS with sha512, MGF1 with sha512, salt 64, RSA2048", KEY_RSA2048, PSS(SHA512, SHA512, "40"),
      "44d95f2bad6022b94f3a02401ecc4fb947ab1b4c13fcdb4cf69720145bf52289694ecbb4972974f4dec800a77a8d"
      "81a4761407d5001100f37049681b6a0cc0e5ecc78f8fd2f2f9453353a8513ce560ceec51db4290a476d546a9f56b"
      "c5db64581b1c82b849799abf442291ca25c94470ab8ee9fddd3d917d160c81f7460cbfa45b708e075e473d373915"
      "911317d7d82556357ad8e9b06cd3dfa40abcb9a3dff730d6f93172e99e9d62934763070e587d3294cf974e3b0030"
      "b3e490a8a3921e20ca43edde794b274fb200ecb7d201498aef8a7e879a54474223d904c87656fcfcdd8fe74b76df"
      "348e05df0bf2e846d24d9d604b3579c8abdae03d5af41602b7a0" },
    { "PSS with sha256, MGF1 with sha256, salt 32, PSS", KEY_PSS, PSS(SHA256, SHA256, "20"),
      "a2a3aac5e7248a870602e832a0f141b903d4a8a8499c3268c06eb11a6879930275996956eb12a21df0a65ae0c85b"
      "bed47892c7e16706ffd548628def159a75423881539cbbbf89ced9197ad880605e531211df5689217098765a8e46"
      "fdfd347b86a460fd31b6662bea2b996a02e5b0ebc902e08fd8cd24a095c308bd428c568b" },
    { "PSS with sha384, MGF1 with sha1, salt 11, PSS", KEY_PSS, PSS(SHA384, SHA1, "0b"),
      "171b0af243efb817a7030a4190dcba44079f7cdcd50051a6bdc4db54e0108d5f11c6a23d3cab12154b5d3ae7410e"
      "c77959fa0163f9be8abf051359e920d304b1a9a2c6653bbf1298281dcbbf092105ecdb3222193730ff7aec803d68"
      "82368ab02f4401ed597c8fc48f2504d0f0ba14eb333dd03c077d1d39dffc52d5d86bfe53" },
    { "PSS with sha256, MGF1 with sha256, salt 32, PSS_SHA256", KEY_PSS_SHA256, PSS(SHA256, SHA256, "20"),
      "218df16d559c62c87c8c225968cecdaeaf4a28722eab1f9ea867abb2f1f9b57da49168d9959868a9a60214fb74e7"
      "98d8fd8fbbdbf0cf549f6ca1bd5734c18fd6d0f823698d7c97fd6b439a4adb47c3f95a2bfae02b4966723bcdeeb4"
      "3db3a21073fcccbb4bb9290c36467551adfde60d1b6ee00892ef8357f686f78e9c365535" },
    { "PSS with sha256, MGF1 with sha256, salt 24, PSS_SHA256", KEY_PSS_SHA256, PSS(SHA256, SHA256, "18"),
      "5213c41aafbc86a459fabc1e90722b59b2ecdfc669130ed71b146509e2503fd1e8da9b809900efdf2b8de3fc02ec"
      "dc3c797575ae7d8868146558ae01c930c48d575b4e1fda700b52274afe0a3fd19cbd6be8f427839479c52c6d91ab"
      "8599726fd09cbe478831c2f79465e1099eb391899fc8351f969b680af3707427b3a28d71" },
    { "ECDSA, P224 with sha224", KEY_P224, ECDSA("0301"),
      "303d021c0f758c9c0ba975e2d8d694c9da610c85e4371f8bad81f4427f828157021d00ce60f9fc42f85efdd3026c"
      "e04957a97d6ed532cde7d390c26d9efaaf" },
    { "ECDSA, P256 with sha256", KEY_P256, ECDSA("0302"),
      "30450220095874b9fc1b659dc16b1fdba405152b985cf276bb0d3c6a3591386e70935b3a022100a4b06e584e0e75"
      "92b73184e83fe7adb57de314a706af83186f8c7f4358a18c17" },
    { "ECDSA, P256 with sha1", KEY_P256, ECDSA("01"),
      "3045022100bacb274d0cc9f5ef724719748669c35019deea0a20107df580b84934a75e4bae02201c347b49f81fcb"
      "891ffc6afce2da0772bc0e8bb98593d4120bbce0415055165e" },
    { "ECDSA, P256 with sha512", KEY_P256, ECDSA("0304"),
      "304402205fa0912eb25340bea91213a3809441e9caf0348d232843c41ef547878b9ff39502200ba5c324e9979467"
      "23694bb727d169b9515c133f40df1afb108002f87b918517" },
    { "ECDSA, P384 with sha384", KEY_P384, ECDSA("0303"),
      "3066023100bada3216c6908f77a34a486fe8d5f93f2eece234f829e72b9c88e1f4a822e1c6647f7a4bd893733867"
      "c9b8cd992d6ca3023100cad2ad559e0ae9fb9c75220e10bfb5626a2b483a606f6fbb9b4ef6273dafa2ae41360f05"
      "a3d4cd1b4587a4f768734cb5" },
    { "ECDSA, P384 with sha256", KEY_P384, ECDSA("0302"),
      "3066023100bece4edfff16bc002d9abdf118ee6e8e97e881b8600b56b951edd7ca43da0a3e4aa29c40d6af3ae21e"
      "e938463769c38e0231009d8a562b541f4410b3bcdcd5e544222296128be3a904d8203a37d040f39556f3ca8bc1cf"
      "d344973d9de802146d78849b" },
    { "ECDSA, P521 with sha512", KEY_P521, ECDSA("0304"),
      "308188024201aafe088163aa1bbd76014815ce9d47142334ca1d0018efcee895eeae035cd4689df34aea5aa8a09f"
      "763a47d13e52a24565580c16ee91c1027281a6762cfafa7ede02420097d58eddde0745806dcf658c97dadf9eb6fd"
      "9a19de0edfa50cc8ed5d392a099ecb96902ed1e6d7bed39b5af4c31f4fbbb1b3d3dd6f4ed61c24af91d52c4fb4b9"
      "a0" },
    { "ECDSA, P521 with sha256", KEY_P521, ECDSA("0302"),
      "3081870241099ec428e45de8e6fe89e4a875d9736618f050c0368fbd2e7ef1c9435f68141efe7aec24b7000c2113"
      "7562c7abc939c889bd674f3543dbc019c99bf9ec8f052b5b024200fd5ed640a97c88778a2366a4a1335e144d90e9"
      "575cc38ee9f6a1a64cc87310d4e6bdf252cb2117a7bfa59addb5eccad268b43d5cd21cdf8c6517d43be4920fc908" },
    { "ECDSA, K256 with sha256", KEY_K256, ECDSA("0302"),
      "304502210093f7a93578b873f89a71cd152331d6ce380427f7277a323d76c205b1ce20bc670220577606fa6becc7"
      "a3daa987567a624c71c747566e7ef6ba29bff12742a5202a42" },
    { "ECDSA, BP256 with sha256", KEY_BP256, ECDSA("0302"),
      "30440220096fb892a6c12b4b2eafc17b47c6e879e58cb26b67a5d516fccf494a75671b4b022066524416423073a6"
      "d339b2aaf7598704b319e77d789cc766a68f685cb2d2a8bc" },
    { "ECDSA, BP384 with sha384", KEY_BP384, ECDSA("0303"),
      "306402303891c0c9f48a6f1e1f5c894784f63965dd53286ad29a9deb113a47fe86fa70d2dafcbd8b38e010552805"
      "c4acc85676c7023065c2ad960c53f8e800525a00b8b12727b863b2b94ad561da8801e352576f6d73466b8f0905ec"
      "0164b763dca1e6364dc3" },
    { "ECDSA, BP512 with sha512", KEY_BP512, ECDSA("0304"),
      "308184024063804f4504c9b67a4b2f29933339b86d741226febdf6c0e047bec397024f596425ad50dd4536d6b37a"
      "5dd41b0a45c782bbbe4019e0665450455ea73f23512f70024015d871d6edbc03ea24ee562ba54fe354bf10b98576"
      "e479f461121a2cc1313599e853849eb4785a6e77390a5be3a29db61a16b316c217003c1e29c12fe1fc72b1" },
    { "Ed25519", KEY_ED25519, ED25519,
      "cb4dc7c7eeed391e281cca8df4a36052836614f155abd2bab6375bce7d15f20980ffda8f593ae38107bb009f0dfc"
      "0f5d3ec5734d869688663bb8f4b96465370e" },
    { "Ed448", KEY_ED448, ED448,
      "cd615e1d198a3fca7d702b3234b7e4c7eedde72d8e1ad730231a90d167c20693e254988031e58dbfb03e27df4ebc"
      "37417eaca9226a2b25c600d085a7c45ae94e43a64525f4a9fcdca4f8d4e34d53471512f8ba113502fc3a71e13bf8"
      "42555339c982049bfab6a09c83c142e911cf49320b00" },
    { "DSA with SHA-1", KEY_DSA1024, DSA_SHA1,
      "302c02146bc6da3b3ce10a8fbf0180efa8ba4cc6f8569c6a02145be67b6fb7be57203dfe19233e1d6a7ef1b5d753" },
};

/* A key and an algorithm, out of a certificate that has both; the bytes of a signature. */
struct subject {
    uint8_t *der, *signature, *message;
    size_t der_len, signature_len, message_len;
    struct hl_arena arena;
    struct hl_x509 cert;
    struct sig_algorithm algorithm;
};

static void subject_init(struct subject *s, const char *key, const char *algorithm, const char *signature)
{
    static const char before[] = "30{ 30{ a0{ 02{ 02 } } 02{ 05 }", names[] =
                                                                        "30{ } 30{ 17{ '260101000000Z' } "
                                                                        "17{ '270101000000Z' } } 30{ }";
    char *text = malloc(65536);

    snprintf(text, 65536, "%s %s %s %s } %s 03{ 00 11 } }", before, algorithm, names, key, algorithm);
    s->der = der_text(text, &s->der_len);
    free(text);
    s->signature = der_text(signature, &s->signature_len);
    s->message_len = strlen(MESSAGE);
    s->message = exact_copy((const uint8_t *)MESSAGE, s->message_len);
    arena_init(&s->arena, (size_t)1 << 20);
    assert_true(x509_parse((struct hl_span){ s->der, s->der_len }, &s->arena, &s->cert));
    s->algorithm = sig_of_x509(&s->cert.signature_algorithm);
}

static void subject_cleanup(struct subject *s)
{
    arena_cleanup(&s->arena);
    free(s->der);
    free(s->signature);
    free(s->message);
}

static enum sig_result verify(const struct subject *s, struct hl_span signature, const char **why)
{
    const struct hl_span message = { s->message, s->message_len };
    enum sig_result result;

    *why = NULL;
    result = sig_verify(&s->cert.key, &s->algorithm, &message, 1, signature, why);
    if (result == SIG_VERIFIED)
        assert_null(*why);
    else
        assert_non_null(*why);
    assert_int_equal(sig_verify(&s->cert.key, &s->algorithm, &message, 1, signature, NULL), result);
    return result;
}

static void must_be(const struct subject *s, struct hl_span signature, enum sig_result wanted,
                    const char *name, const char *what)
{
    const char *why;
    enum sig_result result = verify(s, signature, &why);

    if (result != wanted)
        fail_msg("%s: %s is %d (%s), not %d", name, what, (int)result, why != NULL ? why : "", (int)wanted);
}

static struct hl_span signature_of(const struct subject *s)
{
    return (struct hl_span){ s->signature, s->signature_len };
}

static void each_good(void (*check)(struct subject *s, const struct row *row))
{
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        struct subject s;
        subject_init(&s, good[i].key, good[i].algorithm, good[i].signature);
        check(&s, &good[i]);
        subject_cleanup(&s);
    }
}

static void check_good(struct subject *s, const struct row *row)
{
    must_be(s, signature_of(s), SIG_VERIFIED, row->name, "the signature");
    assert_true(signature_cost(&s->cert.key) >= 1);
}

static void test_good(void **state)
{
    (void)state;
    each_good(check_good);
}

static void check_message_bits(struct subject *s, const struct row *row)
{
    for (size_t at = 0; at < s->message_len; at += 9) {
        s->message[at] ^= 1;
        must_be(s, signature_of(s), SIG_WRONG, row->name, "another message");
        s->message[at] ^= 1;
    }
    s->message_len--;
    must_be(s, signature_of(s), SIG_WRONG, row->name, "a shorter message");
    s->message_len++;
}

static void test_message_bits(void **state)
{
    (void)state;
    each_good(check_message_bits);
}

static void check_signature_bits(struct subject *s, const struct row *row)
{
    for (size_t at = 0; at < s->signature_len; at += at < 6 || at + 2 >= s->signature_len ? 1 : 13) {
        s->signature[at] ^= (uint8_t)(1u << at % 8);
        must_be(s, signature_of(s), SIG_WRONG, row->name, "another signature");
        s->signature[at] ^= (uint8_t)(1u << at % 8);
    }
}

static void test_signature_bits(void **state)
{
    (void)state;
    each_good(check_signature_bits);
}

/* One byte less, one more in front or behind, nothing at all, a megabyte. */
static void check_lengths(struct subject *s, const struct row *row)
{
    size_t len = s->signature_len;
    uint8_t *less = exact_copy(s->signature, len - 1), *behind = malloc(len + 1), *before = malloc(len + 1);
    uint8_t *large = calloc(1, (size_t)1 << 20);

    memcpy(behind, s->signature, len);
    behind[len] = 0;
    memcpy(before + 1, s->signature, len);
    before[0] = 0;
    memcpy(large, s->signature, len);
    must_be(s, (struct hl_span){ less, len - 1 }, SIG_WRONG, row->name, "a byte less");
    must_be(s, (struct hl_span){ less, 1 }, SIG_WRONG, row->name, "one byte");
    must_be(s, (struct hl_span){ behind, len + 1 }, SIG_WRONG, row->name, "a byte behind");
    must_be(s, (struct hl_span){ before, len + 1 }, SIG_WRONG, row->name, "a byte in front");
    must_be(s, (struct hl_span){ large, (size_t)1 << 20 }, SIG_WRONG, row->name, "a megabyte");
    must_be(s, (struct hl_span){ less, 0 }, SIG_WRONG, row->name, "no byte");
    must_be(s, (struct hl_span){ NULL, 0 }, SIG_WRONG, row->name, "nothing");
    memset(behind, 0, len);
    must_be(s, (struct hl_span){ behind, len }, SIG_WRONG, row->name, "zeros");
    memset(behind, 0xff, len);
    must_be(s, (struct hl_span){ behind, len }, SIG_WRONG, row->name, "ones");
    free(less);
    free(behind);
    free(before);
    free(large);
}

static void test_lengths(void **state)
{
    (void)state;
    each_good(check_lengths);
}

/* What is signed may come in parts, also empty ones. */
static void check_parts(struct subject *s, const struct row *row)
{
    for (size_t cut = 0; cut <= s->message_len; cut += 13) {
        uint8_t *a = exact_copy(s->message, cut), *b = exact_copy(s->message + cut, s->message_len - cut);
        const struct hl_span parts[] = {
            { NULL, 0 }, { a, cut }, { NULL, 0 }, { b, s->message_len - cut }, { b, 0 }
        };
        const struct hl_span swapped[] = { parts[3], parts[1] };

        if (sig_verify(&s->cert.key, &s->algorithm, parts, 5, signature_of(s), NULL) != SIG_VERIFIED)
            fail_msg("%s: cut at %zu", row->name, cut);
        if (cut > 0 && cut < s->message_len)
            assert_int_equal(sig_verify(&s->cert.key, &s->algorithm, swapped, 2, signature_of(s), NULL),
                             SIG_WRONG);
        free(a);
        free(b);
    }
    assert_int_equal(sig_verify(&s->cert.key, &s->algorithm, NULL, 0, signature_of(s), NULL), SIG_WRONG);
}

static void test_parts(void **state)
{
    (void)state;
    each_good(check_parts);
}

/* Nobody's signature is anybody else's: not with another key or another algorithm. */
static void test_all_with_all(void **state)
{
    const size_t count = sizeof good / sizeof good[0];

    (void)state;
    for (size_t i = 0; i < count; i++) {
        for (size_t k = 0; k < count; k++) {
            struct subject s;
            const char *why;
            if (i == k || i % 3 != k % 3) /* a third of them will do */
                continue;
            subject_init(&s, good[i].key, good[i].algorithm, good[k].signature);
            if (verify(&s, signature_of(&s), &why) != SIG_WRONG)
                fail_msg("%s with the key of %s: not wrong", good[k].name, good[i].name);
            subject_cleanup(&s);
        }
    }
}

/* --- what is wrong, what cannot be checked ------------------------------------ */

static const struct {
    struct row row;
    enum sig_result result;
} others[] = {
    /* PKCS #1 is compared whole: no short padding, nothing behind the digest (CVE-2006-4339 and its kin) */
    { { "padding cut short", KEY_RSA1024, PKCS1("0b"), SIG_SHORT_PADDING }, SIG_WRONG },
    { { "bytes behind the digest", KEY_RSA1024, PKCS1("0b"), SIG_LONG_DIGESTINFO }, SIG_WRONG },
    { { "DigestInfo without NULL", KEY_RSA1024, PKCS1("0b"), SIG_NO_NULL }, SIG_WRONG },
    { { "block type 2", KEY_RSA1024, PKCS1("0b"), SIG_TYPE_2 }, SIG_WRONG },
    { { "no DigestInfo", KEY_RSA1024, PKCS1("0b"), SIG_NO_DIGESTINFO }, SIG_WRONG },
    { { "exponent 1: anybody's signature", KEY_RSA_E1, PKCS1("0b"), SIG_EXPONENT_1 }, SIG_UNSUPPORTED },
    { { "exponent 2", KEY_RSA_E2, PKCS1("0b"), "R128(11)" }, SIG_UNSUPPORTED },
    { { "exponent 0", KEY_RSA_E0, PKCS1("0b"), "R128(11)" }, SIG_UNSUPPORTED },
    { { "an exponent as long as the modulus", KEY_RSA_LONG_E, PKCS1("0b"), "R128(11)" }, SIG_UNSUPPORTED },
    { { "RSA 8192", KEY_RSA8192, PKCS1("0b"), "R1024(11)" }, SIG_UNSUPPORTED },
    { { "RSA 4104", KEY_RSA4104, PKCS1("0b"), "R513(11)" }, SIG_UNSUPPORTED },
    { { "RSA 504", KEY_RSA504, PKCS1("0b"), "R63(11)" }, SIG_UNSUPPORTED },
    { { "RSA with MD2", KEY_RSA1024, PKCS1("02"), "R128(11)" }, SIG_UNSUPPORTED },
    { { "a signature that is not below the modulus", KEY_RSA1024, PKCS1("0b"), "R128(ff)" }, SIG_WRONG },

    /* PSS */
    { { "no parameters", KEY_PSS, ALG("2a864886f70d01010a"), "R128(11)" }, SIG_WRONG },
    { { "no parameters, any key", KEY_RSA1024, ALG("2a864886f70d01010a"), "R128(11)" }, SIG_UNSUPPORTED },
    { { "a salt beyond the key", KEY_RSA1024, PSS(SHA256, SHA256, "0081"), "R128(11)" }, SIG_WRONG },
    { { "the longest salt of 1025 bits", KEY_RSA1025, PSS(SHA256, SHA256, "5e"), SIG_LONGEST_SALT },
      SIG_UNSUPPORTED },
    { { "a salt of a byte more", KEY_RSA1025, PSS(SHA256, SHA256, "5f"), SIG_LONGEST_SALT }, SIG_WRONG },
    { { "no room for the salt", KEY_RSA1024, PSS(SHA256, SHA256, "5f"), "R128(11)" }, SIG_WRONG },
    { { "a salt of 2^32", KEY_RSA1024, PSS(SHA256, SHA256, "0100000000"), "R128(11)" }, SIG_WRONG },
    { { "a salt that is negative", KEY_RSA1024, PSS(SHA256, SHA256, "ff"), "R128(11)" }, SIG_WRONG },
    { { "a hash that is unknown", KEY_RSA1024, PSS("2a0304", SHA256, "20"), "R128(11)" }, SIG_UNSUPPORTED },
    { { "a mask hash that is unknown", KEY_RSA1024, PSS(SHA256, "2a0304", "20"), "R128(11)" },
      SIG_UNSUPPORTED },
    { { "a key for SHA-256 only, SHA-384", KEY_PSS_SHA256, PSS(SHA384, SHA384, "20"), "R128(11)" },
      SIG_WRONG },
    { { "a key for a salt of 24 at least, 20", KEY_PSS_SHA256, PSS(SHA256, SHA256, "14"), "R128(11)" },
      SIG_WRONG },
    { { "a key for MGF1 with SHA-256, SHA-1", KEY_PSS_SHA256, PSS(SHA256, SHA1, "20"), "R128(11)" },
      SIG_WRONG },
    { { "a key for PSS only, PKCS #1", KEY_PSS, PKCS1("0b"), "R128(11)" }, SIG_WRONG },

    /* elliptic curves */
    { { "P-192", KEY_P192, ECDSA("0302"), SIG_UNS_P192 }, SIG_UNSUPPORTED },
    { { "sect233k1", KEY_SECT, ECDSA("0302"), SIG_UNS_SECT }, SIG_UNSUPPORTED },
    { { "explicit parameters", KEY_EC_EXPLICIT, ECDSA("0302"), "30{ 02{ 11 } 02{ 11 } }" }, SIG_UNSUPPORTED },
    { { "a point cut short", KEY_EC_NO_POINT, ECDSA("0302"), "30{ 02{ 11 } 02{ 11 } }" }, SIG_UNSUPPORTED },
    { { "r and s are 0", KEY_P256, ECDSA("0302"), "30{ 02{ 00 } 02{ 00 } }" }, SIG_WRONG },
    { { "r is 1, s is 0", KEY_P256, ECDSA("0302"), "30{ 02{ 01 } 02{ 00 } }" }, SIG_WRONG },
    { { "r is negative", KEY_P256, ECDSA("0302"), "30{ 02{ ff } 02{ 01 } }" }, SIG_WRONG },
    { { "r and s are the order", KEY_P256, ECDSA("0302"),
        "30{ 02{ 00ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551 }"
        "    02{ 00ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551 } }" },
      SIG_WRONG },
    { { "r and s are large", KEY_P256, ECDSA("0302"), "30{ 02{ 00 R64(ff) } 02{ 00 R64(ff) } }" },
      SIG_WRONG },
    { { "only r", KEY_P256, ECDSA("0302"), "30{ 02{ 11 } }" }, SIG_WRONG },
    { { "not DER", KEY_P256, ECDSA("0302"), "R64(11)" }, SIG_WRONG },
    { { "SM2", KEY_SM2, ALG("2a811ccf55018375"), "30{ 02{ 11 } 02{ 11 } }" }, SIG_UNSUPPORTED },
    { { "ECDSA with the curve of SM2", KEY_SM2, ECDSA("0302"), "30{ 02{ 11 } 02{ 11 } }" }, SIG_UNSUPPORTED },
    { { "Ed25519 with a short key", KEY_ED25519_SHORT, ED25519, "R64(11)" }, SIG_UNSUPPORTED },
    { { "X25519 signs nothing", KEY_X25519, ED25519, "R64(11)" }, SIG_WRONG },

    /* DSA */
    { { "DSA with SHA-256", KEY_DSA2048, DSA_SHA256, SIG_UNS_DSA }, SIG_UNSUPPORTED },
    { { "DSA with SHA-1 and a long q", KEY_DSA2048, DSA_SHA1, SIG_UNS_DSA }, SIG_UNSUPPORTED },
    { { "DSA, parameters inherited", KEY_DSA_INHERITED, DSA_SHA1, "30{ 02{ 11 } 02{ 11 } }" },
      SIG_UNSUPPORTED },
    { { "DSA, r and s are 0", KEY_DSA1024, DSA_SHA1, "30{ 02{ 00 } 02{ 00 } }" }, SIG_WRONG },
    { { "DSA, r is long", KEY_DSA1024, DSA_SHA1, "30{ 02{ 00 R21(11) } 02{ 11 } }" }, SIG_WRONG },

    /* others */
    { { "ML-DSA-44", KEY_ML_DSA, ALG("608648016503040311"), "R2420(11)" }, SIG_UNSUPPORTED },
    { { "an unknown algorithm", KEY_P256, ALG("2a0304"), "R64(11)" }, SIG_UNSUPPORTED },
    { { "an unknown key", KEY_UNKNOWN, ECDSA("0302"), "R64(11)" }, SIG_UNSUPPORTED },
    { { "an unknown key and algorithm", KEY_UNKNOWN, ALG("2a0304"), "R64(11)" }, SIG_UNSUPPORTED },
    { { "an RSA key for ECDSA", KEY_RSA1024, ECDSA("0302"), "R128(11)" }, SIG_WRONG },
    { { "an EC key for RSA", KEY_P256, PKCS1("0b"), "R64(11)" }, SIG_WRONG },
    { { "an Ed448 key for Ed25519", KEY_ED448, ED25519, "R64(11)" }, SIG_WRONG },
};

static void test_others(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        const struct row *row = &others[i].row;
        struct subject s;
        subject_init(&s, row->key, row->algorithm, row->signature);
        must_be(&s, signature_of(&s), others[i].result, row->name, "the signature");
        subject_cleanup(&s);
    }
}

/* What is in DER by the letter is read; the usual parameters of PSS are those left out (RFC 4055, 3.1). */
static void test_pss_defaults(void **state)
{
    struct subject s;

    (void)state;
    subject_init(&s, KEY_RSA1024, PSS_WITH(""), "11");
    assert_int_equal(s.algorithm.form, SIG_RSA_PSS);
    assert_int_equal(s.algorithm.hash, HL_X509_SHA1);
    assert_int_equal(s.algorithm.mgf_hash, HL_X509_SHA1);
    assert_int_equal(s.algorithm.salt_length, 20);
    subject_cleanup(&s);
}

/* --- TLS ------------------------------------------------------------------------ */

static const struct {
    uint16_t scheme;
    enum sig_form form;
    enum hl_x509_hash hash;
    uint32_t salt;
    bool pss_key;
} schemes[] = {
    { 0x0101, SIG_RSA_PKCS1, HL_X509_MD5, 0, false }, /* rsa_md5, ...: RFC 5246, 7.4.1.4.1 */
    { 0x0201, SIG_RSA_PKCS1, HL_X509_SHA1, 0, false },
    { 0x0202, SIG_DSA, HL_X509_SHA1, 0, false },
    { 0x0203, SIG_ECDSA, HL_X509_SHA1, 0, false },
    { 0x0301, SIG_RSA_PKCS1, HL_X509_SHA224, 0, false },
    { 0x0302, SIG_DSA, HL_X509_SHA224, 0, false },
    { 0x0303, SIG_ECDSA, HL_X509_SHA224, 0, false },
    { 0x0401, SIG_RSA_PKCS1, HL_X509_SHA256, 0, false },
    { 0x0402, SIG_DSA, HL_X509_SHA256, 0, false },
    { 0x0403, SIG_ECDSA, HL_X509_SHA256, 0, false },
    { 0x0501, SIG_RSA_PKCS1, HL_X509_SHA384, 0, false },
    { 0x0503, SIG_ECDSA, HL_X509_SHA384, 0, false },
    { 0x0601, SIG_RSA_PKCS1, HL_X509_SHA512, 0, false },
    { 0x0603, SIG_ECDSA, HL_X509_SHA512, 0, false },
    { 0x0804, SIG_RSA_PSS, HL_X509_SHA256, 32, false },
    { 0x0805, SIG_RSA_PSS, HL_X509_SHA384, 48, false },
    { 0x0806, SIG_RSA_PSS, HL_X509_SHA512, 64, false },
    { 0x0807, SIG_ED25519, HL_X509_HASH_NONE, 0, false },
    { 0x0808, SIG_ED448, HL_X509_HASH_NONE, 0, false },
    { 0x0809, SIG_RSA_PSS, HL_X509_SHA256, 32, true },
    { 0x080a, SIG_RSA_PSS, HL_X509_SHA384, 48, true },
    { 0x080b, SIG_RSA_PSS, HL_X509_SHA512, 64, true },
    { 0x081a, SIG_ECDSA, HL_X509_SHA256, 0, false },
    { 0x081b, SIG_ECDSA, HL_X509_SHA384, 0, false },
    { 0x081c, SIG_ECDSA, HL_X509_SHA512, 0, false },
    { 0x0000, SIG_FORM_UNKNOWN, HL_X509_HASH_NONE, 0, false },
    { 0x0001, SIG_FORM_UNKNOWN, HL_X509_HASH_NONE, 0, false }, /* rsa without a hash */
    { 0x0200, SIG_FORM_UNKNOWN, HL_X509_SHA1, 0, false },      /* anonymous */
    { 0x0404, SIG_FORM_UNKNOWN, HL_X509_HASH_NONE, 0, false },
    { 0x0420, SIG_FORM_UNKNOWN, HL_X509_HASH_NONE, 0, false }, /* rsa_pkcs1_sha256_legacy: not handled */
    { 0x0704, SIG_FORM_UNKNOWN, HL_X509_HASH_NONE, 0, false }, /* eccsi_sha256 */
    { 0x0708, SIG_FORM_UNKNOWN, HL_X509_HASH_NONE, 0, false }, /* sm2sig_sm3 */
    { 0x0709, SIG_FORM_UNKNOWN, HL_X509_HASH_NONE, 0, false }, /* gostr34102012_256a */
    { 0x0803, SIG_FORM_UNKNOWN, HL_X509_HASH_NONE, 0, false },
    { 0x0904, SIG_FORM_UNKNOWN, HL_X509_HASH_NONE, 0, false }, /* mldsa44 */
    { 0x0a0a, SIG_FORM_UNKNOWN, HL_X509_HASH_NONE, 0, false }, /* GREASE */
    { 0xffff, SIG_FORM_UNKNOWN, HL_X509_HASH_NONE, 0, false },
};

static void test_schemes(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof schemes / sizeof schemes[0]; i++) {
        const struct sig_algorithm a = sig_of_scheme(schemes[i].scheme);
        if (a.form != schemes[i].form)
            fail_msg("scheme %04x", schemes[i].scheme);
        if (a.form == SIG_FORM_UNKNOWN)
            continue;
        assert_int_equal(a.hash, schemes[i].hash);
        assert_int_equal(a.salt_length, schemes[i].salt);
        assert_int_equal(a.pss_key_only, schemes[i].pss_key);
        assert_int_equal(a.mgf_hash, a.form == SIG_RSA_PSS ? a.hash : HL_X509_HASH_NONE);
    }
    for (unsigned scheme = 0; scheme <= 0xffff; scheme++) { /* none is out of the tables */
        const struct sig_algorithm a = sig_of_scheme((uint16_t)scheme);
        assert_true(a.form <= SIG_ED448);
    }
}

/* A scheme's signature with this key: as in the handshake. */
static enum sig_result with_scheme(const char *key, uint16_t scheme, const char *signature)
{
    struct subject s;
    const char *why;

    subject_init(&s, key, ED25519, signature);
    s.algorithm = sig_of_scheme(scheme);
    enum sig_result result = verify(&s, signature_of(&s), &why);
    subject_cleanup(&s);
    return result;
}

static const char *signature_named(const char *name)
{
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        if (strcmp(good[i].name, name) == 0)
            return good[i].signature;
    }
    fail_msg("no row %s", name);
    return NULL;
}

static void test_with_schemes(void **state)
{
    const char *rsae = signature_named("PSS with sha256, MGF1 with sha256, salt 32, RSA1024");
    const char *pss = signature_named("PSS with sha256, MGF1 with sha256, salt 32, PSS");
    const char *short_salt = signature_named("PSS with sha256, MGF1 with sha256, salt 20, RSA1024");

    (void)state;
    assert_int_equal(with_scheme(KEY_RSA1024, 0x0804, rsae), SIG_VERIFIED);
    assert_int_equal(with_scheme(KEY_RSA1024, 0x0809, rsae),
                     SIG_WRONG); /* rsa_pss_pss_sha256: the other kind of key */
    assert_int_equal(with_scheme(KEY_PSS, 0x0809, pss), SIG_VERIFIED);
    assert_int_equal(with_scheme(KEY_PSS, 0x0401, pss), SIG_WRONG);
    assert_int_equal(with_scheme(KEY_RSA1024, 0x0804, short_salt), SIG_WRONG); /* as long as the digest */
    assert_int_equal(with_scheme(KEY_RSA1024, 0x0805, rsae), SIG_WRONG);
    assert_int_equal(with_scheme(KEY_RSA1024, 0x0401, signature_named("PKCS #1 with sha256")), SIG_VERIFIED);
    assert_int_equal(with_scheme(KEY_RSA1024, 0x0101, signature_named("PKCS #1 with md5")), SIG_VERIFIED);
    assert_int_equal(with_scheme(KEY_RSA1024, 0x0201, signature_named("PKCS #1 with md5")), SIG_WRONG);
    assert_int_equal(with_scheme(KEY_P256, 0x0403, signature_named("ECDSA, P256 with sha256")), SIG_VERIFIED);
    assert_int_equal(with_scheme(KEY_P256, 0x0503, signature_named("ECDSA, P256 with sha256")), SIG_WRONG);
    assert_int_equal(with_scheme(KEY_BP256, 0x081a, signature_named("ECDSA, BP256 with sha256")),
                     SIG_VERIFIED);
    assert_int_equal(with_scheme(KEY_ED25519, 0x0807, signature_named("Ed25519")), SIG_VERIFIED);
    assert_int_equal(with_scheme(KEY_ED448, 0x0808, signature_named("Ed448")), SIG_VERIFIED);
    assert_int_equal(with_scheme(KEY_ED448, 0x0807, signature_named("Ed448")), SIG_WRONG);
    assert_int_equal(with_scheme(KEY_DSA1024, 0x0202, signature_named("DSA with SHA-1")), SIG_VERIFIED);
    assert_int_equal(with_scheme(KEY_DSA2048, 0x0402, SIG_UNS_DSA), SIG_UNSUPPORTED);
    assert_int_equal(with_scheme(KEY_ML_DSA, 0x0904, "R2420(11)"), SIG_UNSUPPORTED);
}

/* Before TLS 1.2 the key says it all. */
static void test_before_schemes(void **state)
{
    static const struct {
        const char *key, *signature;
        enum hl_x509_key_kind kind;
        enum sig_form form;
    } keys[] = {
        { KEY_RSA1024, SIG_MD5SHA1, HL_X509_KEY_RSA, SIG_RSA_PKCS1_MD5_SHA1 },
        { KEY_P256, SIG_P256_SHA1, HL_X509_KEY_EC, SIG_ECDSA },
        { KEY_DSA1024, NULL, HL_X509_KEY_DSA, SIG_DSA },
    };

    (void)state;
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        const char *signature =
            keys[i].signature != NULL ? keys[i].signature : signature_named("DSA with SHA-1");
        struct subject s;
        subject_init(&s, keys[i].key, ED25519, signature);
        assert_int_equal(s.cert.key.kind, keys[i].kind);
        s.algorithm = sig_before_schemes(s.cert.key.kind);
        assert_int_equal(s.algorithm.form, keys[i].form);
        const struct row row = { "before schemes", keys[i].key, ED25519, signature };
        check_good(&s, &row);
        check_message_bits(&s, &row);
        check_signature_bits(&s, &row);
        check_lengths(&s, &row);
        check_parts(&s, &row);
        subject_cleanup(&s);
    }
    assert_int_equal(with_scheme(KEY_RSA1024, 0x0201, SIG_MD5SHA1), SIG_WRONG); /* no DigestInfo in it */
    assert_int_equal(sig_before_schemes(HL_X509_KEY_ED25519).form, SIG_FORM_UNKNOWN);
    assert_int_equal(sig_before_schemes(HL_X509_KEY_RSA_PSS).form, SIG_FORM_UNKNOWN);
    assert_int_equal(sig_before_schemes(HL_X509_KEY_UNKNOWN).form, SIG_FORM_UNKNOWN);
}

/* What a check costs grows with the key: a hostile chain of large keys reaches its budget sooner. */
static void test_cost(void **state)
{
    static const char *const keys[] = { KEY_RSA2048, KEY_RSA4096, KEY_P256, KEY_P384, KEY_P521 };
    unsigned before = 0;

    (void)state;
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        struct subject s;
        subject_init(&s, keys[i], ED25519, "11");
        assert_true(signature_cost(&s.cert.key) > before);
        before = signature_cost(&s.cert.key);
        subject_cleanup(&s);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_good),           cmocka_unit_test(test_message_bits),
        cmocka_unit_test(test_signature_bits), cmocka_unit_test(test_lengths),
        cmocka_unit_test(test_parts),          cmocka_unit_test(test_all_with_all),
        cmocka_unit_test(test_others),         cmocka_unit_test(test_pss_defaults),
        cmocka_unit_test(test_schemes),        cmocka_unit_test(test_with_schemes),
        cmocka_unit_test(test_before_schemes), cmocka_unit_test(test_cost),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
