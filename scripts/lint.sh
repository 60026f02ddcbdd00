#!/usr/bin/env bash
# Format, names and likely defects of the sources: clang-format, clang-tidy, shellcheck.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"

help() {
    cat <<END
Usage: scripts/lint.sh [--all] [--fix] [--format-only]

Checks the files that a change touches: those that are not committed yet, and
those that differ from the base:
  - \$VITRINA_LINT_BASE, if it is set;
  - where HEAD parted from origin/main, if it has commits that are not there;
  - HEAD's first parent otherwise (a fresh clone of main).
In a repository of one commit, all files. A changed header is also seen by
clang-tidy, through a source file that includes it.
  --all          all files
  --fix          let clang-format correct the files
  --format-only  leave out clang-tidy, which needs a release build
What clang-tidy has found clean is not checked again until it changes.
END
}

all='' fix='' tidy=1
for argument in "$@"; do
    case $argument in
    -h | --help) help && exit 0 ;;
    --all) all=1 ;;
    --fix) fix=1 ;;
    --format-only) tidy='' ;;
    *) die "unknown argument $argument; see --help" 2 ;;
    esac
done
cd "$root"

# Prints the base commit, or nothing when everything has to be checked.
lint_base() {
    if [ -n "${VITRINA_LINT_BASE:-}" ]; then
        git rev-parse --verify "$VITRINA_LINT_BASE^{commit}" || die "VITRINA_LINT_BASE is no commit: $VITRINA_LINT_BASE"
    elif git rev-parse -q --verify origin/main >/dev/null && ! git merge-base --is-ancestor HEAD origin/main; then
        git merge-base HEAD origin/main || true
    else
        git rev-parse -q --verify 'HEAD^1^{commit}' || true
    fi
}

touched_files() {
    local base=''
    [ -n "$all" ] || base=$(lint_base)
    if [ -z "$base" ]; then
        git ls-files --cached --others --exclude-standard
    else
        git diff --name-only --diff-filter=d "$base"
        git ls-files --others --exclude-standard
    fi
}

files=$(touched_files | sort -u)
matching() { grep -E "$1" <<<"$files" | while read -r file; do [ ! -f "$file" ] || echo "$file"; done; }
mapfile -t sources < <(matching '\.(cpp|h)$')
mapfile -t shell < <(matching '^(scripts/.*\.sh|\.ci/run)$')

if [ ${#sources[@]} -gt 0 ]; then
    step "clang-format (${#sources[@]} files)" clang-format ${fix:+-i} ${fix:---dry-run --Werror} "${sources[@]}"
fi
if [ ${#shell[@]} -gt 0 ]; then
    step "shellcheck (${#shell[@]} files)" shellcheck "${shell[@]}"
fi
if [ -n "$tidy" ] && [ ${#sources[@]} -gt 0 ]; then
    step "clang-tidy (${#sources[@]} files)" node scripts/lib/tidy.mjs "${sources[@]}"
fi
