/* A TLS server with wolfSSL: wolfssl_server PORT CERTIFICATE KEY CIPHERS. It shakes hands with one client after the other. */
#include <wolfssl/options.h>
#include <wolfssl/ssl.h>

#include <arpa/inet.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    struct sockaddr_in address = { .sin_family = AF_INET };
    const struct timeval patience = { .tv_sec = 5 };
    const int one = 1, listener = socket(AF_INET, SOCK_STREAM, 0);
    int groups[] = { WOLFSSL_ECC_X25519, WOLFSSL_ECC_SECP256R1 };
    WOLFSSL_CTX *context;

    if (argc != 5)
        return 2;
    signal(SIGPIPE, SIG_IGN);
    address.sin_port = htons((unsigned short)atoi(argv[1]));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    wolfSSL_Init();
    context = wolfSSL_CTX_new(wolfSSLv23_server_method());
    if (context == NULL || wolfSSL_CTX_use_certificate_file(context, argv[2], WOLFSSL_FILETYPE_PEM) != WOLFSSL_SUCCESS
        || wolfSSL_CTX_use_PrivateKey_file(context, argv[3], WOLFSSL_FILETYPE_PEM) != WOLFSSL_SUCCESS
        || wolfSSL_CTX_set_cipher_list(context, argv[4]) != WOLFSSL_SUCCESS || wolfSSL_CTX_SetMinVersion(context, WOLFSSL_TLSV1_2) != WOLFSSL_SUCCESS
        || wolfSSL_CTX_set_groups(context, groups, 2) != WOLFSSL_SUCCESS || bind(listener, (struct sockaddr *)&address, sizeof address) != 0 || listen(listener, 100) != 0) {
        fprintf(stderr, "it cannot be set up\n");
        return 1;
    }
    for (;;) {
        const int fd = accept(listener, NULL, NULL);
        WOLFSSL *tls = wolfSSL_new(context);
        if (fd < 0 || tls == NULL)
            return 1;
        setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
        wolfSSL_set_fd(tls, fd);
        char bytes[100];
        if (wolfSSL_accept(tls) == WOLFSSL_SUCCESS) {
            while (wolfSSL_read(tls, bytes, sizeof bytes) > 0)
                ;
        }
        wolfSSL_free(tls);
        close(fd);
    }
}
