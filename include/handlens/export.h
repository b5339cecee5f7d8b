/* export.h - which symbols the shared library shows. */
#ifndef HANDLENS_EXPORT_H
#define HANDLENS_EXPORT_H

#define HL_API __attribute__((visibility("default")))

#endif
