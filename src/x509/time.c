/* RFC 5280, 4.1.2.5: UTCTime YYMMDDhhmmssZ through 2049, GeneralizedTime
 * YYYYMMDDhhmmssZ from 2050 on. X.680 (46, 47) allows more forms, which old
 * certificates use: no seconds, fractions, an offset, no zone at all. */
#include "x509/parse.h"

#include <stdio.h>

struct civil {
    int64_t year;
    unsigned month, day, hour, minute, second;
};

/* Days from 1970-01-01 in the proleptic Gregorian calendar; the year is
 * counted from March, so that the leap day is the last one of its year. */
static int64_t days_from_civil(const struct civil *c)
{
    int64_t year = c->month <= 2 ? c->year - 1 : c->year;
    int64_t era = (year >= 0 ? year : year - 399) / 400;
    int64_t year_of_era = year - era * 400;
    int64_t month = (c->month + 9) % 12;
    int64_t day_of_year = (153 * month + 2) / 5 + c->day - 1;

    return era * 146097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719468;
}

static bool possible(const struct civil *c)
{
    static const uint8_t days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };

    if (c->month < 1 || c->month > 12 || c->hour > 23 || c->minute > 59 || c->second > 59)
        return false;
    bool leap = (c->year % 4 == 0 && c->year % 100 != 0) || c->year % 400 == 0;
    unsigned last = days[c->month - 1] + (c->month == 2 && leap ? 1u : 0u);
    return c->day >= 1 && c->day <= last;
}

static bool digit_next(const struct hl_reader *r)
{
    uint8_t c = der_peek(r);

    return c >= '0' && c <= '9';
}

static unsigned read_digits(struct hl_reader *r, unsigned count)
{
    unsigned value = 0;

    for (unsigned i = 0; i < count; i++) {
        if (!digit_next(r))
            rd_reject(r, 0, der_peek(r), "time");
        value = value * 10 + (rd_u8(r, "time") & 0x0fu);
    }
    return value;
}

/* Z, +hhmm or -hhmm, or nothing: seconds to take off to get UTC. */
static int64_t read_zone(struct hl_reader *r, unsigned *flags)
{
    if (!rd_more(r)) {
        *flags |= HL_X509_TIME_NO_ZONE;
        return 0;
    }
    uint8_t sign = rd_u8(r, "zone");
    if (sign == 'Z')
        return 0;
    if (sign != '+' && sign != '-')
        rd_reject(r, 1, sign, "zone");
    *flags |= HL_X509_TIME_OFFSET;
    int64_t hours = read_digits(r, 2);
    int64_t minutes = read_digits(r, 2);
    if (hours > 14 || minutes > 59)
        *flags |= HL_X509_TIME_IMPOSSIBLE;
    int64_t offset = hours * 3600 + minutes * 60;
    return sign == '+' ? offset : -offset;
}

void time_parse(const struct der_tlv *tlv, struct hl_x509_time *out)
{
    struct hl_fault fault;
    struct hl_reader r = rd_init(tlv->value, &fault);
    struct civil c = { 0 };

    *out = (struct hl_x509_time){ .tag = tlv->tag, .raw = tlv->value };
    if (tlv->tag == DER_GENERALIZED_TIME) {
        c.year = read_digits(&r, 4);
        if (c.year < 2050)
            out->flags |= HL_X509_TIME_WRONG_TYPE;
    } else {
        unsigned year = read_digits(&r, 2);
        c.year = year >= 50 ? 1900 + year : 2000 + year;
    }
    c.month = read_digits(&r, 2);
    c.day = read_digits(&r, 2);
    c.hour = read_digits(&r, 2);
    c.minute = read_digits(&r, 2);
    if (digit_next(&r))
        c.second = read_digits(&r, 2);
    else
        out->flags |= HL_X509_TIME_NO_SECONDS;
    if (der_peek(&r) == '.' || der_peek(&r) == ',') {
        out->flags |= HL_X509_TIME_FRACTION;
        (void)rd_u8(&r, "fraction");
        while (digit_next(&r))
            (void)rd_u8(&r, "fraction");
    }
    int64_t offset = rd_ok(&r) ? read_zone(&r, &out->flags) : 0;

    if (!rd_end(&r, "time") || (tlv->tag != DER_UTC_TIME && tlv->tag != DER_GENERALIZED_TIME))
        out->flags = HL_X509_TIME_MALFORMED;
    else if (!possible(&c))
        out->flags |= HL_X509_TIME_IMPOSSIBLE;
    out->valid = (out->flags & (HL_X509_TIME_MALFORMED | HL_X509_TIME_IMPOSSIBLE)) == 0;
    if (out->valid)
        out->seconds = days_from_civil(&c) * 86400 + c.hour * 3600 + c.minute * 60 + c.second - offset;
}

/* `width` digits of `value`, and what follows them. */
static void put_digits(char *out, int64_t value, int width, char after)
{
    out[width] = after;
    for (int i = width; i-- > 0; value /= 10)
        out[i] = (char)('0' + value % 10);
}

void x509_time_text(int64_t seconds, char text[HL_X509_TIME_TEXT])
{
    const int64_t first = -62167219200, last = 253402300799; /* years 0 and 9999 */

    if (seconds < first)
        seconds = first;
    if (seconds > last)
        seconds = last;
    int64_t days = (seconds - first) / 86400, rest = (seconds - first) % 86400;

    /* The inverse of days_from_civil(), counted from March of the year -400. */
    int64_t z = days - 60 + 146097;
    int64_t era = z / 146097, day_of_era = z % 146097;
    int64_t year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int64_t month = (5 * day_of_year + 2) / 153;
    int64_t year = year_of_era + (era - 1) * 400 + (month >= 10 ? 1 : 0);

    put_digits(text, year, 4, '-');
    put_digits(text + 5, month < 10 ? month + 3 : month - 9, 2, '-');
    put_digits(text + 8, day_of_year - (153 * month + 2) / 5 + 1, 2, 'T');
    put_digits(text + 11, rest / 3600, 2, ':');
    put_digits(text + 14, rest / 60 % 60, 2, ':');
    put_digits(text + 17, rest % 60, 2, 'Z');
    text[20] = '\0';
}
