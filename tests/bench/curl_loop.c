/* The ceiling of a client over libcurl: the captured request again and again over N connections of
 * one multi handle, nothing else. usage: curl_loop URL REQUEST-FILE CONNECTIONS COUNT
 * Prints the number of answers with status 200. */
#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct request {
    char text[16384];
    struct curl_slist *headers;
    const char *body;
};

static size_t ignore(char *data, size_t size, size_t n, void *ctx)
{
    (void)data;
    (void)ctx;
    return size * n;
}

/* Splits a raw HTTP/1.1 request into the headers that are ours to set and the body. */
static int load(const char *path, struct request *r)
{
    static const char *const own[] = {"Host:", "Content-Length:", "Accept:"};
    FILE *f = fopen(path, "rb");
    char *line, *end;
    size_t n;

    if (!f)
        return -1;
    n = fread(r->text, 1, sizeof r->text - 1, f);
    fclose(f);
    r->text[n] = '\0';
    end = strstr(r->text, "\r\n\r\n");
    line = strstr(r->text, "\r\n");
    if (!end || !line)
        return -1;
    *end = '\0';
    r->body = end + 4;
    for (line = line == end ? NULL : line + 2; line; line = end) {
        size_t skip = 0;
        end = strstr(line, "\r\n");
        if (end) {
            *end = '\0';
            end += 2;
        }
        for (size_t i = 0; i < sizeof own / sizeof own[0]; i++)
            skip += strncmp(line, own[i], strlen(own[i])) == 0;
        if (!skip)
            r->headers = curl_slist_append(r->headers, line);
    }
    return 0;
}

static CURL *make(CURLU *url, const struct request *r)
{
    CURL *easy = curl_easy_init();

    if (!easy)
        exit(1);
    curl_easy_setopt(easy, CURLOPT_CURLU, url);
    curl_easy_setopt(easy, CURLOPT_PROXY, "");
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, r->headers);
    curl_easy_setopt(easy, CURLOPT_POSTFIELDS, r->body);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, ignore);
    return easy;
}

int main(int argc, char **argv)
{
    static struct request r;
    long left, running, good = 0, status;
    CURLM *multi;
    CURLU *url;
    CURLMsg *msg;
    int active, queued;

    if (argc != 5 || load(argv[2], &r)) {
        fprintf(stderr, "usage: curl_loop URL REQUEST-FILE CONNECTIONS COUNT\n");
        return 64;
    }
    curl_global_init(CURL_GLOBAL_ALL);
    multi = curl_multi_init();
    url = curl_url();
    if (curl_url_set(url, CURLUPART_URL, argv[1], 0))
        return 64;
    left = atol(argv[4]);
    for (running = 0; running < atol(argv[3]) && left > 0; running++, left--)
        curl_multi_add_handle(multi, make(url, &r));
    while (running > 0) {
        curl_multi_perform(multi, &active);
        while ((msg = curl_multi_info_read(multi, &queued))) {
            CURL *easy = msg->easy_handle;
            curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
            good += status == 200;
            curl_multi_remove_handle(multi, easy);
            if (left-- > 0) {
                curl_multi_add_handle(multi, easy);
            } else {
                curl_easy_cleanup(easy);
                running--;
            }
        }
        curl_multi_poll(multi, NULL, 0, 1000, NULL);
    }
    printf("%ld\n", good);
    curl_multi_cleanup(multi);
    curl_url_cleanup(url);
    curl_slist_free_all(r.headers);
    curl_global_cleanup();
    return 0;
}
