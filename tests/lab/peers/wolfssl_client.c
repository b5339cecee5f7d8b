/* A TLS client on wolfSSL: wolfssl_client ADDRESS PORT CA-FILE 1.2|1.3 */
#include <wolfssl/options.h>
#include <wolfssl/ssl.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static const char server_name[] = "server.lab.test";
static const char request[] = "GET / HTTP/1.0\r\nHost: server.lab.test\r\n\r\n";

static int connect_to(const char *address, const char *port)
{
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((in_port_t)atoi(port))};
    int fd = socket(AF_INET, SOCK_STREAM, 0);

    if (fd < 0 || inet_pton(AF_INET, address, &to.sin_addr) != 1 ||
        connect(fd, (struct sockaddr *)&to, sizeof to) != 0) {
        perror(address);
        exit(1);
    }
    return fd;
}

int main(int argc, char **argv)
{
    if (argc != 5) {
        fputs("usage: wolfssl_client ADDRESS PORT CA-FILE 1.2|1.3\n", stderr);
        return 2;
    }
    wolfSSL_Init();
    WOLFSSL_METHOD *method = strcmp(argv[4], "1.2") == 0 ? wolfTLSv1_2_client_method() : wolfTLSv1_3_client_method();
    WOLFSSL_CTX *ctx = wolfSSL_CTX_new(method);
    if (ctx == NULL || wolfSSL_CTX_load_verify_locations(ctx, argv[3], NULL) != WOLFSSL_SUCCESS)
        return 1;
    WOLFSSL *ssl = wolfSSL_new(ctx);
    wolfSSL_UseSNI(ssl, WOLFSSL_SNI_HOST_NAME, server_name, sizeof server_name - 1);
    wolfSSL_check_domain_name(ssl, server_name);
    wolfSSL_set_fd(ssl, connect_to(argv[1], argv[2]));

    int status = 1;
    char answer[4096];
    if (wolfSSL_connect(ssl) == WOLFSSL_SUCCESS) {
        wolfSSL_write(ssl, request, sizeof request - 1);
        while (wolfSSL_read(ssl, answer, sizeof answer) > 0)
            ;
        wolfSSL_shutdown(ssl);
        status = 0;
    } else {
        char reason[WOLFSSL_MAX_ERROR_SZ];
        fprintf(stderr, "%s\n", wolfSSL_ERR_error_string((unsigned long)wolfSSL_get_error(ssl, 0), reason));
    }
    close(wolfSSL_get_fd(ssl));
    wolfSSL_free(ssl);
    wolfSSL_CTX_free(ctx);
    wolfSSL_Cleanup();
    return status;
}
