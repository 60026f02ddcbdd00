// The frame of a table that may be wider than its place: scrolled sideways, by keyboard too.
import type { ReactNode } from "react";

export function TablePlace({ label, className, children }: { label: string; className?: string; children: ReactNode }) {
    return (
        <div className={className ? `table-place ${className}` : "table-place"} role="group" tabIndex={0} aria-label={label}>
            {children}
        </div>
    );
}
