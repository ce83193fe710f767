//! The tools for pages, programs, sums and dates.

use super::{CALCULATOR, DATE, Description, FETCH_PAGE, RUN_COMMAND, Role, argument, path, schema};
use serde_json::json;
use wheelhouse_domain::Risk;

pub(super) fn fetch_page() -> Description {
    Description {
        name: FETCH_PAGE,
        purpose: "Fetches a public web page with GET and gives it as Markdown; plain text and JSON come as they are. At \
                  most 5 MB, 30 seconds and 5 redirects; at most 50,000 characters at once, later ones with \"start\". \
                  No cookies, no sign-in, nothing in private networks.",
        parameters: schema(
            &["url"],
            &json!({
                "url": {
                    "type": "string", "minLength": 1, "maxLength": 4096,
                    "description": "Address with http:// or https://."
                },
                "start": { "type": "integer", "minimum": 0, "description": "How many characters to leave out at the beginning." }
            }),
        ),
        arguments: const { &[argument("url", Role::Target), argument("start", Role::Content)] },
        limits: "5 MB, 5 redirects, 30 seconds unless the grant says otherwise; 50,000 characters at once.",
        risk: Risk::Network,
        repeatable: true,
        untrusted: true,
    }
}

pub(super) fn run_command() -> Description {
    Description {
        name: RUN_COMMAND,
        purpose: "Runs a program in a granted folder and gives what it wrote and how it ended. The arguments are a list: \
                  no shell reads them, so pipes, wildcards and variables mean nothing. It gets no input, no keys and no \
                  terminal, and everything that it started is ended with it. Its time, memory and output are limited.",
        parameters: schema(
            &["program", "folder"],
            &json!({
                "program": {
                    "type": "string", "minLength": 1, "maxLength": 255,
                    "description": "Name of a program (\"git\"), or \"./\" and its path in the folder."
                },
                "arguments": {
                    "type": "array", "maxItems": 200, "items": { "type": "string", "maxLength": 32768 },
                    "description": "What the program is given, one by one."
                },
                "folder": path("The folder to start it in, beginning with the name of the granted folder."),
                "seconds": { "type": "integer", "minimum": 1, "description": "End it after so many seconds." }
            }),
        ),
        arguments: const {
            &[
                argument("program", Role::Command),
                argument("arguments", Role::Command),
                argument("folder", Role::Target),
                argument("seconds", Role::Command),
            ]
        },
        limits: "Time, processor time, memory, file size and output as the grant says; 200 arguments.",
        risk: Risk::Execute,
        repeatable: false,
        untrusted: true,
    }
}

pub(super) fn calculator() -> Description {
    Description {
        name: CALCULATOR,
        purpose: "Works out a sum exactly, with fractions and not with rounded numbers: + - * / % ^, brackets, and abs, \
                  round(x, places), floor, ceil, min, max, sum, avg, sqrt. Write numbers with a point: 1234.5. The \
                  answer says whether it was rounded to be written down.",
        parameters: schema(
            &["expression"],
            &json!({
                "expression": {
                    "type": "string", "minLength": 1, "maxLength": 1000,
                    "description": "What to work out: \"(19.99 * 3) * 1.19\"."
                }
            }),
        ),
        arguments: const { &[argument("expression", Role::Content)] },
        limits: "1000 characters; numbers of about 2400 digits.",
        risk: Risk::Read,
        repeatable: true,
        untrusted: false,
    }
}

pub(super) fn date() -> Description {
    Description {
        name: DATE,
        purpose: "Knows the time and works with dates. \"now\" gives date, time and day of the week in a time zone. \
                  \"difference\" says how long it is from one date to another. \"add\" adds a number of units to a date. \
                  Dates are 2026-11-23, times 2026-11-23T14:30, with or without an offset such as Z or +02:00.",
        parameters: schema(
            &["operation"],
            &json!({
                "operation": { "type": "string", "enum": ["now", "difference", "add"] },
                "time_zone": {
                    "type": "string", "maxLength": 64,
                    "description": "Where: \"Europe/Berlin\". UTC if left out. Times without an offset are read as of there."
                },
                "from": { "type": "string", "maxLength": 40, "description": "For difference: the first date." },
                "to": { "type": "string", "maxLength": 40, "description": "For difference: the second date." },
                "date": { "type": "string", "maxLength": 40, "description": "For add: the date to begin with." },
                "amount": { "type": "integer", "description": "For add: how many units; below zero goes back." },
                "unit": {
                    "type": "string",
                    "enum": ["seconds", "minutes", "hours", "days", "weekdays", "weeks", "months", "years"],
                    "description": "For add: which units. Weekdays are Monday to Friday."
                }
            }),
        ),
        arguments: const {
            &[
                argument("operation", Role::Content),
                argument("time_zone", Role::Content),
                argument("from", Role::Content),
                argument("to", Role::Content),
                argument("date", Role::Content),
                argument("amount", Role::Content),
                argument("unit", Role::Content),
            ]
        },
        limits: "The years 1 to 9999.",
        risk: Risk::Read,
        repeatable: true,
        untrusted: false,
    }
}
