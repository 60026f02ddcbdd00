// A dialog that saves what was filled in.
import { useState, type FormEvent, type ReactNode } from "react";

import { useWords } from "../app/session.tsx";
import { Button, Dialog } from "./controls.tsx";
import { explain, Problem } from "./states.tsx";

interface FormDialogProps {
    title: string;
    /** What the button says that saves. */
    action?: string;
    onClose: () => void;
    /** Whether to close, and what is to be read anew, is for it to say; what it fails with stands above the buttons. */
    save: () => Promise<void>;
    children: ReactNode;
}

export function FormDialog({ title, action, onClose, save, children }: FormDialogProps) {
    const { t } = useWords();
    const [problem, setProblem] = useState<string>();
    async function submit(event: FormEvent): Promise<void> {
        event.preventDefault();
        try {
            await save();
        } catch (error) {
            setProblem(explain(error as Error, t));
        }
    }
    return (
        <Dialog title={title} onClose={onClose}>
            <form onSubmit={(event) => void submit(event)}>
                {children}
                <Problem>{problem}</Problem>
                <div className="actions">
                    <Button onClick={onClose}>{t("cancel")}</Button>
                    <Button look="main" type="submit">
                        {action ?? t("save")}
                    </Button>
                </div>
            </form>
        </Dialog>
    );
}
