// Line icons of one hand. They decorate: what they mean stands beside them, or in the label of their button.
const kPaths = {
    today: "M4 19V9m5 10V5m5 14v-7m5 7V8",
    live: "M3 7h12v10H3zM15 11l6-3v8l-6-3",
    visits: "M4 6h16M4 12h16M4 18h10",
    heat: "M12 3c1 4 5 5 5 10a5 5 0 0 1-10 0c0-2 1-3 2-4 0 2 1 3 2 3 1-3-1-5 1-9z",
    space: "M4 6c6 0 6 6 16 6M4 12c4 0 6 0 8 0M4 18c6 0 6-6 16-6M4 4v4M4 10v4M4 16v4M20 9v6",
    staff: "M8 8a4 4 0 1 1 8 0 4 4 0 0 1-8 0zM5 21c.5-4 3-6 7-6s6.500 2 7 6M12 15l-1.500 3 1.500 3 1.500-3z",
    queues: "M4 9a2 2 0 1 1 4 0 2 2 0 0 1-4 0zM3 18v-3a3 3 0 0 1 6 0v3M11 9a2 2 0 1 1 4 0 2 2 0 0 1-4 0zM10 18v-3a3 3 0 0 1 6 0v3M20 5v14",
    teach: "M3 9l9-4 9 4-9 4zM7 11v5c3 2 7 2 10 0v-5M21 9v6",
    goods: "M4 8h16l-2 11H6zM8 8l2-4m6 4l-2-4M10 12v3M14 12v3",
    reports: "M6 3h9l4 4v14H6zM15 3v4h4M9 17v-4m3 4v-7m3 7v-2",
    buyers: "M4 6h16v12H4zM4 10h16M8 15h4",
    campaigns: "M4 10v4h3l8 4V6l-8 4zM18 9c1.500 1.500 1.500 4.500 0 6",
    alarms: "M6 16V11a6 6 0 0 1 12 0v5l2 2H4zM10 20a2 2 0 0 0 4 0",
    watchlist: "M3 12c3-5 6-7 9-7s6 2 9 7c-3 5-6 7-9 7s-6-2-9-7zM9 12a3 3 0 1 1 6 0 3 3 0 0 1-6 0z",
    privacy: "M6 11h12v9H6zM8 11V8a4 4 0 0 1 8 0v3M12 14v3",
    plan: "M4 5h16v14H4zM4 12h6m4 0h6M12 5v3m0 8v3",
    audit: "M4 5h16v11H4zM8 10l3 3 5-5M8 20h8",
    cameras: "M4 8a8 8 0 1 1 16 0 8 8 0 0 1-16 0zM9 8a3 3 0 1 1 6 0 3 3 0 0 1-6 0zM7 21h10M12 16v5",
    layout: "M5 18L8 6l11 3-3 10zM5 18h.01M8 6h.01M19 9h.01M16 19h.01",
    settings: "M4 7h10m4 0h2M4 17h2m4 0h10M14 5v4m-4 6v4",
    more: "M5 12h.01M12 12h.01M19 12h.01",
    close: "M6 6l12 12M18 6L6 18",
    undo: "M9 14L4 9l5-5M4 9h10a6 6 0 0 1 0 12h-3",
    redo: "M15 14l5-5-5-5M20 9H10a6 6 0 0 0 0 12h3",
    select: "M5 4l6 15 2-6 6-2z",
    zone: "M5 8l7-4 7 5-2 10-11-1z",
    line: "M5 19L19 5M12 12l6 4m0 0v-3m0 3h-3",
    wall: "M3 6h18v12H3zM3 12h18M9 6v6M15 6v6M6 12v6M12 12v6M18 12v6",
    door: "M6 21V3h12v18M3 21h18M14.500 12h.01",
    fixture: "M4 4h16v16H4zM4 9.500h16M4 15h16",
    camera: "M3 8h11v8H3zM14 11l6-3v8l-6-3M7 16v4",
    trash: "M5 7h14M10 7V4h4v3M7 7l1 13h8l1-13",
    plus: "M12 5v14M5 12h14",
    minus: "M5 12h14",
    fit: "M4 9V4h5M20 9V4h-5M4 15v5h5M20 15v5h-5",
    print: "M7 9V4h10v5M7 17H4V9h16v8h-3M7 14h10v6H7z",
    download: "M12 4v11m0 0l-4-4m4 4l4-4M5 20h14",
    info: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM12 11v5m0-8.500h.01",
    warning: "M12 4l9 16H3zM12 10v4m0 3h.01",
    back: "M15 5l-7 7 7 7",
    next: "M9 5l7 7-7 7",
    check: "M5 12l5 5 9-10",
    person: "M8 8a4 4 0 1 1 8 0 4 4 0 0 1-8 0zM5 21c.5-4 3-6 7-6s6.500 2 7 6",
} as const;

export type IconName = keyof typeof kPaths;

export function Icon({ name }: { name: IconName }) {
    return (
        <svg className="icon" viewBox="0 0 24 24" aria-hidden="true">
            <path d={kPaths[name]} />
        </svg>
    );
}
