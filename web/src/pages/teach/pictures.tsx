// Pictures of a collection: dropped or chosen, labelled by a key each, and what was wrong with which file.
import { useEffect, useId, useMemo, useRef, useState, type DragEvent, type RefObject } from "react";

import { ApiError } from "../../api/client.ts";
import { teachApi, type GoodsClass, type GoodsCollection, type GoodsPicture } from "../../api/teach.ts";
import { usePageKeys } from "../../app/keys.ts";
import { useWords } from "../../app/session.tsx";
import { Button } from "../../components/controls.tsx";
import { Icon } from "../../components/icon.tsx";
import { Empty, explain, Problem } from "../../components/states.tsx";
import { number } from "../../i18n/format.ts";
import { ClassList } from "./classes.tsx";
import { classOfKey, classOfText, kClassesWithKeys, nextUnlabelled, shownPictures, type Shown } from "./labels.ts";
import { sendFiles, type Outcome } from "./uploads.ts";

/** So many at a time: a grid of thousands is slow. */
const kPageSize = 120;

interface Keys {
    list: readonly GoodsPicture[];
    classes: readonly GoodsClass[];
    chosen: string | undefined;
    choose: (id: string) => void;
    label: (id: string, shows: string | null) => void;
    remove: (id: string) => void;
    name: RefObject<HTMLInputElement | null>;
}

/** Numbers label, a slash leads to the classes' names, arrows go, Backspace takes a label back, Delete removes. */
function useLabellingKeys({ list, classes, chosen, choose, label, remove, name }: Keys): void {
    usePageKeys((event, leads) => {
        if (leads) return;
        const at = list.findIndex((one) => one.id === chosen);
        if (event.code === "ArrowRight" || event.code === "ArrowLeft") {
            const next = list[Math.min(list.length - 1, Math.max(0, at + (event.code === "ArrowRight" ? 1 : -1)))];
            if (next) choose(next.id);
        } else if (chosen && event.code === "Backspace") label(chosen, null);
        else if (chosen && event.code === "Delete") remove(chosen);
        else if (name.current && event.code === "Slash" && !event.shiftKey) name.current.focus();
        else {
            const shows = classOfKey(classes, event.code, event.shiftKey);
            if (!shows || !chosen) return;
            label(chosen, shows.id);
        }
        event.preventDefault();
    });
}

/** Where there are more classes than keys: a few letters of the name, Enter, and the next picture waits. */
function ByName({ classes, field, label }: { classes: readonly GoodsClass[]; field: RefObject<HTMLInputElement | null>; label: (shows: string) => void }) {
    const { t } = useWords();
    const id = useId();
    const [text, setText] = useState("");
    const found = classOfText(classes, text);
    return (
        <form
            className="by-name"
            onSubmit={(event) => {
                event.preventDefault();
                if (!found) return;
                label(found.id);
                setText("");
            }}
        >
            <label htmlFor={id}>
                {t("teach.by_name")} <kbd>/</kbd>
            </label>
            <input
                ref={field}
                id={id}
                value={text}
                autoComplete="off"
                maxLength={64}
                onChange={(event) => setText(event.target.value)}
                onKeyDown={(event) => {
                    if (event.key !== "Escape") return;
                    setText("");
                    event.currentTarget.blur();
                }}
            />
            <span role="status" className="soft">
                {text.trim() === "" ? "" : found ? t("teach.by_name_enter", { name: found.name }) : t("teach.by_name_none")}
            </span>
        </form>
    );
}

interface Uploading {
    all: number;
    done: number;
    outcomes: Outcome[];
}

function UploadOutcome({ uploading }: { uploading: Uploading }) {
    const { t } = useWords();
    const refused = uploading.outcomes.filter((one) => one.problem);
    const known = uploading.outcomes.filter((one) => one.wasThere).length;
    const twins = uploading.outcomes.filter((one) => one.isTwin && !one.wasThere).length;
    return (
        <div className="upload-outcome" role="status">
            {uploading.done < uploading.all && <progress max={uploading.all} value={uploading.done} aria-label={t("teach.uploading", { done: uploading.done, n: uploading.all })} />}
            <p>{uploading.done < uploading.all ? t("teach.uploading", { done: uploading.done, n: uploading.all }) : t("teach.uploaded", { n: uploading.done - refused.length - known })}</p>
            {known > 0 && <p className="soft">{t("teach.were_there", { n: known })}</p>}
            {twins > 0 && <p className="soft">{t("teach.twins", { n: twins })}</p>}
            {refused.length > 0 && (
                <details open className="notice caution">
                    <summary>{t("teach.not_taken", { n: refused.length })}</summary>
                    <ul>
                        {refused.map((one, place) => (
                            <li key={place}>{one.problem ? explain(one.problem, t).replace(/^(?!.*:)/, `${one.name}: `) : one.name}</li>
                        ))}
                    </ul>
                </details>
            )}
        </div>
    );
}

/** Files by hand or by drag and drop; they get the class that is chosen, if one is. */
function useUploads(collection: GoodsCollection, shows: string | undefined, bytesMax: number, reload: () => void) {
    const { t, language } = useWords();
    const [uploading, setUploading] = useState<Uploading>();
    const isGone = useRef(false);
    useEffect(() => {
        isGone.current = false;
        return () => {
            isGone.current = true;
        };
    }, [collection.id]);
    const send = (files: readonly File[]): void => {
        if (files.length === 0) return;
        const outcomes: Outcome[] = [];
        const hear = (outcome: Outcome): void => {
            outcomes.push(outcome);
            if (!isGone.current) setUploading({ all: files.length, done: outcomes.length, outcomes: [...outcomes] });
        };
        setUploading({ all: files.length, done: 0, outcomes: [] });
        const sendOne = (file: File) =>
            bytesMax > 0 && file.size > bytesMax
                ? Promise.reject(new ApiError(413, { code: "unsuitable_picture", message: t("teach.too_large", { name: file.name, n: number(bytesMax / (1024 * 1024), language) }) }, 0))
                : teachApi.addPicture(collection.id, file, shows);
        void sendFiles(files, sendOne, hear, () => isGone.current).finally(reload);
    };
    return { uploading, send };
}

function Chosen({ picture, classes, list, choose, label, remove }: { picture: GoodsPicture; classes: readonly GoodsClass[]; list: readonly GoodsPicture[]; choose: (id: string) => void; label: Keys["label"]; remove: Keys["remove"] }) {
    const { t } = useWords();
    const at = list.findIndex((one) => one.id === picture.id);
    const shows = classes.find((one) => one.id === picture.class);
    const go = (step: number): void => {
        const next = list[at + step];
        if (next) choose(next.id);
    };
    return (
        <figure className="chosen-picture" aria-label={t("teach.chosen")}>
            <img src={teachApi.previewAddress(picture.id)} alt={picture.name} />
            <figcaption>
                <strong>{shows?.name ?? t("teach.unlabelled")}</strong> <span className="soft">{picture.name}</span>
                {picture.twin_of && <span className="soft">{t("teach.is_twin")}</span>}
            </figcaption>
            <div className="chosen-actions">
                <Button look="quiet" aria-label={t("teach.previous")} disabled={at <= 0} onClick={() => go(-1)}>
                    <Icon name="back" />
                </Button>
                <Button look="quiet" aria-label={t("teach.next")} disabled={at < 0 || at + 1 >= list.length} onClick={() => go(1)}>
                    <Icon name="next" />
                </Button>
                <Button look="quiet" disabled={picture.class === null} onClick={() => label(picture.id, null)}>
                    {t("teach.unlabel")}
                </Button>
                <Button look="quiet" aria-label={t("teach.remove_picture")} onClick={() => remove(picture.id)}>
                    <Icon name="trash" />
                </Button>
            </div>
        </figure>
    );
}

export function PicturesCard({ collection, bytesMax, reload }: { collection: GoodsCollection; bytesMax: number; reload: () => void }) {
    const { t } = useWords();
    const inputId = useId();
    const [shown, setShown] = useState<Shown>("all");
    const [chosen, setChosen] = useState<string>();
    const [problem, setProblem] = useState<string>();
    const [length, setLength] = useState(kPageSize);
    const [over, setOver] = useState(false);
    // Labels that are on their way: what was pressed is seen at once.
    const [pressed, setPressed] = useState<ReadonlyMap<string, string | null>>(new Map());
    const pictures = useMemo(() => collection.pictures.map((one) => (pressed.has(one.id) ? { ...one, class: pressed.get(one.id) ?? null } : one)), [collection.pictures, pressed]);
    const list = shownPictures(pictures, shown);
    const current = pictures.find((one) => one.id === chosen) ?? list[0];
    const ofClass = collection.classes.find((one) => one.id === shown);
    const { uploading, send } = useUploads(collection, ofClass?.id, bytesMax, reload);

    const after = (work: Promise<unknown>): Promise<void> => work.then(() => setProblem(undefined), (error: unknown) => setProblem(explain(error as Error, t))).finally(reload);
    const label = (id: string, shows: string | null): void => {
        setPressed((old) => new Map(old).set(id, shows));
        void after(teachApi.labelPicture(id, shows)).finally(() =>
            window.setTimeout(() => setPressed((old) => new Map([...old].filter(([key]) => key !== id))), 2000),
        );
        const next = shows === null ? undefined : nextUnlabelled(pictures, id);
        setChosen(next ?? id);
    };
    const remove = (id: string): void => {
        const at = list.findIndex((one) => one.id === id);
        setChosen((list[at + 1] ?? list[at - 1])?.id);
        void after(teachApi.removePicture(id));
    };
    const name = useRef<HTMLInputElement>(null);
    useLabellingKeys({ list, classes: collection.classes, chosen: current?.id, choose: setChosen, label, remove, name });

    const drop = (event: DragEvent): void => {
        event.preventDefault();
        setOver(false);
        send([...event.dataTransfer.files]);
    };
    const waiting = pictures.filter((one) => one.class === null).length;
    return (
        <section className="card pictures" aria-label={t("teach.pictures")}>
            <div className="card-head">
                <h2>{t("teach.pictures")}</h2>
                <span className="soft">{t("teach.n_pictures", { n: pictures.length, waiting })}</span>
            </div>
            <ClassList collection={collection} pictures={pictures} shown={shown} show={setShown} current={current} label={label} reload={reload} />
            <div
                className={over ? "drop over" : "drop"}
                onDragOver={(event) => {
                    event.preventDefault();
                    setOver(true);
                }}
                onDragLeave={() => setOver(false)}
                onDrop={drop}
            >
                <label htmlFor={inputId} className="button">
                    <Icon name="plus" /> {t("teach.choose_files")}
                </label>
                <input
                    id={inputId}
                    className="hidden-text"
                    type="file"
                    accept="image/jpeg,image/png"
                    multiple
                    onChange={(event) => {
                        send([...(event.target.files ?? [])]);
                        event.target.value = "";
                    }}
                />
                <span className="soft">{ofClass ? t("teach.drop_into", { name: ofClass.name }) : t("teach.drop")}</span>
            </div>
            {uploading && <UploadOutcome uploading={uploading} />}
            <Problem>{problem}</Problem>
            {pictures.length === 0 ? (
                <Empty title={t("teach.no_pictures")}>
                    <p>{t("teach.no_pictures_hint")}</p>
                </Empty>
            ) : (
                <div className="labelling">
                    {current && <Chosen picture={current} classes={collection.classes} list={list} choose={setChosen} label={label} remove={remove} />}
                    <div>
                        {current && collection.classes.length > kClassesWithKeys && <ByName classes={collection.classes} field={name} label={(shows) => label(current.id, shows)} />}
                        <p className="hint keys-hint">
                            <kbd>1</kbd>…<kbd>0</kbd> {t("teach.keys.label")} <kbd>←</kbd> <kbd>→</kbd> {t("teach.keys.go")} <kbd>⌫</kbd> {t("teach.keys.unlabel")} <kbd>Del</kbd> {t("teach.keys.remove")}
                        </p>
                        <ul className="pictures-grid">
                            {list.slice(0, length).map((one) => (
                                <li key={one.id}>
                                    <button type="button" aria-pressed={one.id === current?.id} className={one.class === null ? "waits" : ""} onClick={() => setChosen(one.id)} title={one.name}>
                                        <img loading="lazy" src={teachApi.previewAddress(one.id)} alt="" />
                                        <span>{collection.classes.find((candidate) => candidate.id === one.class)?.name ?? t("teach.unlabelled")}</span>
                                    </button>
                                </li>
                            ))}
                        </ul>
                        {list.length === 0 && <p className="soft">{t("teach.none_shown")}</p>}
                        {list.length > length && <Button onClick={() => setLength(length + kPageSize)}>{t("teach.more", { n: list.length - length })}</Button>}
                    </div>
                </div>
            )}
        </section>
    );
}
