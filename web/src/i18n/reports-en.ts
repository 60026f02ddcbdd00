// English of the page Reports; part of en.ts.
import type { Message } from "./message.ts";

export const reportsEn = {
    "nav.reports": "Reports",
    "reports.period": "Report of",
    "reports.day": "Day",
    "reports.week": "Week",
    "reports.month": "Month",
    "reports.date": "A day of it",
    "reports.pdf": "Save as PDF",
    "reports.printing": "Printing…",
    "reports.html": "As a page",
    "reports.csv": "Table (CSV)",
    "reports.json": "Data (JSON)",
    "reports.preview": "The report",
    "reports.by_mail": "A report can come by e-mail each day, week or month: “reports” in vitrina.yaml names a channel of the page Alarms.",
    "refused.no_pdf": "The server can't make a PDF ({message}). Open the report as a page and print that.",
} satisfies Record<string, Message>;
