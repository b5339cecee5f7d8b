#include "report/html.h"

#include "crypto/digest.h"
#include "x509/pem.h"

#define STYLE_MAX ((size_t)64 << 10)

/* In parts, as a compiler need not take a longer string. */
static const char *const parts[] = {
    ":root{--text:#1b1f24;--quiet:#57606a;--back:#fff;--panel:#f5f7f9;--line:#d0d7de;--link:#0550ae;"
    "--good:#116329;--bad:#b3161e;--doubt:#7d4e00;--value:#0a5c72}\n",
    "@media(prefers-color-scheme:dark){:root{--text:#e6edf3;--quiet:#9aa5b1;--back:#0d1117;--panel:#161b22;"
    "--line:#343b44;"
    "--link:#79b8ff;--good:#56d364;--bad:#ff8078;--doubt:#e3b341;--value:#76d6e8}}\n",
    "*{box-sizing:border-box}\n",
    "html{color-scheme:light dark;scroll-padding-top:1rem}\n",
    "body{margin:0 auto;max-width:72rem;padding:0 1rem 3rem;font:1rem/1.5 system-ui,sans-serif;"
    "color:var(--text);"
    "background:var(--back);overflow-wrap:anywhere}\n",
    "h1{font-size:1.5rem;line-height:1.25}h2{font-size:1.25rem;margin:2rem 0 .5rem}h3{font-size:1rem;margin:0}"
    "h4{font-size:1rem;margin:1.5rem 0 .25rem}\n",
    "p,ul{margin:.25rem 0}a{color:var(--link)}code,pre{font-family:ui-monospace,monospace;font-size:.875em}\n",
    ":focus-visible{outline:2px solid var(--link);outline-offset:2px}\n",
    ".strong{font-weight:600}.quiet{color:var(--quiet)}.good,.completed.outcome{color:var(--good)}"
    ".bad,.failed.outcome{color:var(--bad)}.doubt,.incomplete.outcome{color:var(--doubt)}"
    ".value{color:var(--value)}"
    ".outcome{font-weight:600}\n",
    ".severity{font-size:.8125rem;font-weight:600;border:1px solid;border-radius:.25rem;padding:0 .25rem;"
    "color:var(--quiet)}"
    ".severity.critical,.severity.high{color:var(--bad)}.severity.medium,.severity.low{color:var(--doubt)}\n",
    /* what all handshakes have in common */
    ".causes{list-style:none;padding:0}.causes summary{padding:0}"
    ".causes li,.cause{border-left:.25rem solid var(--bad);background:var(--panel);"
    "padding:.5rem .75rem;margin:.5rem 0}\n",
    "input[name=show]{margin:0 .25rem 0 0}input[name=show]+label,.choice{display:inline-block;"
    "cursor:pointer;margin-right:1rem;"
    "padding:.25rem 0}\n",
    "#show-failed:checked~section .h:not(.failed),#show-incomplete:checked~section .h:not(.incomplete),"
    "#show-completed:checked~section .h:not(.completed),#show-found:checked~section .h:not(.found){display:none}\n",
    "table{border-collapse:collapse;width:100%}th,td{text-align:left;vertical-align:top;padding:.25rem .5rem;"
    "border-bottom:1px solid var(--line)}thead th{color:var(--quiet);font-weight:400}"
    ".number{text-align:right;white-space:nowrap}"
    ".handshakes th,.handshakes .outcome,.handshakes .wide{white-space:nowrap;overflow-wrap:normal}"
    ".handshakes td:nth-child(3){white-space:normal;overflow-wrap:anywhere;min-width:9rem}\n",
    /* a handshake; what is contained is not laid out again while more of the page comes */
    "section{contain:layout style}details.h{border:1px solid var(--line);border-radius:.375rem;"
    "margin:.5rem 0;content-visibility:auto;"
    "contain-intrinsic-size:auto 4rem}\n",
    "summary{cursor:pointer;padding:.5rem .75rem}summary h3{display:inline}.verdict{display:block}\n",
    ".body{padding:0 .75rem .75rem;scroll-margin-top:7rem}\n",
    "dl{margin:.25rem 0;display:grid;grid-template-columns:max-content 1fr;gap:0 1rem}dt{color:var(--quiet)}"
    "dd{margin:0}\n",
    ".ladder{display:block;width:100%;max-width:36rem;font:13px system-ui,sans-serif}"
    ".ladder text{fill:var(--text)}"
    ".ladder .e{text-anchor:end}.ladder .m{text-anchor:middle}.ladder .quiet,.ladder .s{fill:var(--quiet)}"
    ".ladder .s{font-size:11.5px}"
    ".ladder .bad{fill:var(--bad)}.ladder .doubt{fill:var(--doubt)}.ladder .value{fill:var(--value)}"
    ".ladder .l{stroke:var(--line);stroke-width:2}.ladder .a{stroke:var(--quiet);stroke-width:1.5;fill:none}"
    ".ladder .p{fill:var(--quiet)}.ladder .a.bad{stroke:var(--bad);stroke-width:2.5}"
    ".ladder .p.bad{fill:var(--bad)}"
    ".ladder .a.sealed{stroke-dasharray:7 3}.ladder .a.gap{stroke:var(--doubt);stroke-dasharray:2 4}\n",
    ".bars th{font-weight:400;width:45%}.bars svg{display:block;width:100%;height:1rem;margin-top:.25rem;"
    "background:var(--panel)}"
    ".bars rect{fill:var(--quiet)}.bars rect.client{fill:var(--link)}.bars rect.server{fill:var(--value)}\n",
    ".chain{list-style:none;padding:0;max-width:36rem}.chain li{border:2px solid var(--line);"
    "border-radius:.375rem;padding:.5rem .75rem;"
    "margin:0 0 1.5rem;position:relative}.chain li.good{border-color:var(--good)}"
    ".chain li.bad{border-color:var(--bad)}"
    ".chain li.good,.chain li.bad{color:inherit}.chain li.missing,.chain li.beside{border-style:dashed}\n",
    ".chain li+li:not(.beside)::before{content:\"\\2191  signed by\";position:absolute;left:.75rem;top:-1.5rem;"
    "font-size:.8125rem;color:var(--quiet)}\n",
    ".findings{list-style:none;padding:0}.findings li{margin:.5rem 0}\n",
    /* a check: what to change */
    ".remedies pre{white-space:pre-wrap;background:var(--panel);padding:.25rem .5rem;margin:0 0 .25rem}"
    ".remedies{margin:.25rem 0 1.5rem}.severity.passed{color:var(--good)}"
    ".targets th[scope=row]{font-weight:400;min-width:8rem}"
    ".targets .outcome,.targets th[scope=col]{white-space:nowrap;overflow-wrap:normal}\n",
    ".all pre{overflow-x:auto;background:var(--panel);padding:.75rem;margin:0}\n",
    "footer{margin-top:2rem;color:var(--quiet)}\n",
    "@media(max-width:40rem){body{padding:0 .5rem 2rem}.wide{display:none}th,td{padding:.25rem}"
    ".bars th{width:auto}"
    ".handshakes td:nth-child(4){min-width:8.5rem}.bars td:nth-child(2){width:35%}"
    "dl{grid-template-columns:1fr}dd{margin-bottom:.25rem}"
    ".chain dl{grid-template-columns:max-content 1fr}.chain dd{margin:0}}\n",
    "@media print{:root{--text:#000;--quiet:#444;--back:#fff;--panel:#fff;--link:#000;--line:#999;"
    "--good:#000;--bad:#000;"
    "--doubt:#000;--value:#000}body{max-width:none;font-size:10pt}"
    "input[name=show],input[name=show]+label,.choice,.all{display:none}section{contain:none}"
    "details.h{content-visibility:visible}"
    "details::details-content{content-visibility:visible;display:block;height:auto}"
    ".chain li,.cause,.findings li,tr{break-inside:avoid}summary,h4{break-after:avoid}}\n",
};

void html_put_style(struct hl_buffer *out)
{
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
        buf_string(out, parts[i]);
}

/* Nothing may be loaded, run or sent; of styles, this one style sheet counts, and no other that slipped in. */
void html_put_policy(struct hl_buffer *out)
{
    uint8_t digest[SHA256_LENGTH];
    struct hl_buffer style;

    buf_init(&style, STYLE_MAX);
    html_put_style(&style);
    digest_sha256(buf_view(&style), digest);
    buf_cleanup(&style);
    buf_string(out, "default-src 'none'; style-src 'sha256-");
    base64_put(out, (struct hl_span){ digest, sizeof digest });
    buf_string(out, "'; base-uri 'none'; form-action 'none'");
}

void html_put_head(struct hl_buffer *out, struct hl_span title)
{
    buf_string(out, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                    "<meta http-equiv=\"Content-Security-Policy\" content=\"");
    html_put_policy(out);
    buf_string(out, "\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
                    "<meta name=\"referrer\" content=\"no-referrer\">\n"
                    "<meta name=\"color-scheme\" content=\"light dark\">\n<title>handlens: ");
    buf_span(out, title);
    buf_string(out, "</title>\n<style>");
    html_put_style(out);
    buf_string(out, "</style>\n</head>\n");
}
