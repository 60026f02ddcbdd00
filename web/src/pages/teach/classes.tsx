// Classes of a collection: their keys, how many pictures each has, new ones, other names.
import { useState, type FormEvent } from "react";

import { teachApi, type GoodsCollection, type GoodsPicture } from "../../api/teach.ts";
import { useWords } from "../../app/session.tsx";
import { Button, Dialog, Field } from "../../components/controls.tsx";
import { Icon } from "../../components/icon.tsx";
import { explain, Problem } from "../../components/states.tsx";
import { keyOfClass, type Shown } from "./labels.ts";

interface Parts {
    collection: GoodsCollection;
    pictures: readonly GoodsPicture[];
    shown: Shown;
    show: (shown: Shown) => void;
    current: GoodsPicture | undefined;
    label: (id: string, shows: string | null) => void;
    reload: () => void;
}

function EditClass({ id, name: first, run, onClose }: { id: string; name: string; run: (work: () => Promise<unknown>) => void; onClose: () => void }) {
    const { t } = useWords();
    const [name, setName] = useState(first);
    return (
        <Dialog title={t("teach.edit_class")} onClose={onClose}>
            <form
                onSubmit={(event) => {
                    event.preventDefault();
                    run(() => teachApi.renameClass(id, name.trim()));
                    onClose();
                }}
            >
                <Field label={t("teach.class_name")} value={name} required maxLength={64} onChange={(event) => setName(event.target.value)} />
                <p className="hint">{t("teach.remove_class_hint")}</p>
                <div className="actions">
                    <Button
                        look="danger"
                        className="spread"
                        onClick={() => {
                            run(() => teachApi.removeClass(id));
                            onClose();
                        }}
                    >
                        {t("remove")}
                    </Button>
                    <Button onClick={onClose}>{t("cancel")}</Button>
                    <Button look="main" type="submit">
                        {t("save")}
                    </Button>
                </div>
            </form>
        </Dialog>
    );
}

export function ClassList({ collection, pictures, shown, show, current, label, reload }: Parts) {
    const { t } = useWords();
    const [name, setName] = useState("");
    const [problem, setProblem] = useState<string>();
    const [edited, setEdited] = useState<string>();
    const run = (work: () => Promise<unknown>): void => {
        work().then(() => setProblem(undefined), (error: unknown) => setProblem(explain(error as Error, t))).finally(reload);
    };
    const add = (event: FormEvent): void => {
        event.preventDefault();
        const text = name.trim();
        if (!text) return;
        setName("");
        run(() => teachApi.addClass(collection.id, text));
    };
    const waiting = pictures.filter((one) => one.class === null).length;
    const countOf = (id: string): number => pictures.filter((candidate) => candidate.class === id).length;
    const editing = collection.classes.find((one) => one.id === edited);
    return (
        <div className="classes">
            <div className="segments" role="group" aria-label={t("teach.show")}>
                {(["all", "unlabelled"] as const).map((which) => (
                    <button key={which} type="button" aria-pressed={shown === which} onClick={() => show(which)}>
                        {t(`teach.show.${which}`, { n: which === "all" ? pictures.length : waiting })}
                    </button>
                ))}
            </div>
            <ul aria-label={t("teach.classes")}>
                {collection.classes.map((one, place) => (
                    <li key={one.id}>
                        <button type="button" className="class" aria-pressed={current?.class === one.id} disabled={!current} onClick={() => current && label(current.id, one.id)}>
                            {keyOfClass(place) && <kbd>{keyOfClass(place)}</kbd>}
                            <span>{one.name}</span>
                        </button>
                        <button type="button" className="count" aria-pressed={shown === one.id} aria-label={t("teach.show_class", { name: one.name, count: String(countOf(one.id)) })} onClick={() => show(shown === one.id ? "all" : one.id)}>
                            {countOf(one.id)}
                        </button>
                        <Button look="quiet" aria-label={t("teach.edit_class_of", { name: one.name })} onClick={() => setEdited(one.id)}>
                            <Icon name="more" />
                        </Button>
                    </li>
                ))}
            </ul>
            <form className="form-row" onSubmit={add}>
                <Field label={t("teach.new_class")} value={name} maxLength={64} placeholder={t("teach.new_class_example")} onChange={(event) => setName(event.target.value)} />
                <Button type="submit" disabled={!name.trim()}>
                    <Icon name="plus" /> {t("teach.add_class")}
                </Button>
            </form>
            <Problem>{problem}</Problem>
            {editing && <EditClass id={editing.id} name={editing.name} run={run} onClose={() => setEdited(undefined)} />}
        </div>
    );
}
