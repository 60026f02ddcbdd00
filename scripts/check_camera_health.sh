#!/usr/bin/env bash
# Camera health on real clips with faults made by ffmpeg: what is told, and when.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"

help() {
    cat <<END
Usage: scripts/check_camera_health.sh CLIP...

Of each clip, played again and again for 70 s at 640 px, makes variants whose
picture is faulty from second 20 to 50, and others that are well (another light,
infrared, noise, hard compression). Prints a line for each: what was told at
which second. Fails when a fault is not told within 30 s, or anything of a
picture that is well. Needs ffmpeg and build/release.
END
}

case ${1:-} in
-h | --help) help && exit 0 ;;
'') help >&2 && exit 2 ;;
esac
cd "$root"
cmake --build build/release --target health_timeline >/dev/null
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

during="enable='between(t,20,50)'"
wide=scale=640:-2
moved="scale=800:-2"

encode() { # CLIP NAME FILTER [OPTION...]
    local clip=$1 name=$2 filter=$3
    shift 3
    ffmpeg -v error -y -stream_loop -1 -t 75 -i "$clip" -filter_complex "$filter" -an -t 70 -c:v libx264 \
        -preset ultrafast -pix_fmt yuv420p "$@" "$work/$name.mp4"
}

wrong=0
check() { # NAME WANTED
    local name=$1 wanted=$2 line
    line=$(build/release/tests/health_timeline "$work/$name.mp4")
    line=${line#"$work/$name.mp4: "}
    line=${line#"$work/$name.mp4:"}
    if ! awk -v wanted="$wanted" '{
        for (i = 1; i <= NF; ++i) {
            if ($i == "end") break
            split($i, part, "s="); ++count; at[count] = part[1]; what[count] = part[2]
        }
        if (wanted == "nothing") exit count > 0
        exit !(count == 2 && index(what[1], wanted) == 1 && at[1] > 20 && at[1] <= 50 && what[2] == "-")
    }' <<<"$line"; then
        line="$line   WRONG, wanted: $wanted"
        wrong=1
    fi
    printf '%-14s %s\n' "$name" "$line"
    rm -f "$work/$name.mp4"
}

faulty() { encode "$clip" "$1" "$3" "${@:4}" && check "$1" "$2"; }

for clip in "$@"; do
    echo "$clip"
    faulty well nothing "$wide"
    faulty dim nothing "$wide,eq=brightness=-0.25:contrast=0.6:$during"
    faulty bright nothing "$wide,eq=brightness=0.15:gamma=1.4:$during"
    faulty infrared nothing "$wide,hue=s=0:$during,negate=$during,eq=contrast=0.7:$during"
    faulty noise nothing "$wide,noise=alls=25:allf=t:$during"
    faulty compressed nothing "$wide" -crf 42
    faulty black black "$wide,drawbox=c=black:t=fill:$during"
    faulty overexposed overexposed "$wide,eq=brightness=0.55:$during"
    faulty grey covered "$wide,drawbox=c=gray:t=fill:$during"
    faulty covered covered "$wide,drawbox=c=0x403830:t=fill:x=0:y=0:w=iw*0.9:h=ih*0.95:$during"
    faulty blurred blurred "$wide,gblur=sigma=4:$during"
    faulty soft blurred "$wide,gblur=sigma=2:$during"
    faulty frozen frozen "$wide,split[a][b];[a]trim=0:20,setpts=PTS-STARTPTS,tpad=stop_mode=clone:stop_duration=30[c];[b]trim=20:40,setpts=PTS-STARTPTS[d];[c][d]concat=n=2"
    faulty shifted-13px moved "$moved,crop=640:ih*0.8:'80+if(between(t,20,50),13,0)':ih*0.1"
    faulty shifted-26px moved "$moved,crop=640:ih*0.8:'80+if(between(t,20,50),26,0)':ih*0.1"
    faulty shifted-77px moved "$moved,crop=640:ih*0.8:'80-if(between(t,20,50),77,0)':'ih*0.1+if(between(t,20,50),ih*0.08,0)'"
    faulty turned-5deg moved "$moved,rotate=a='if(between(t,20,50),5*PI/180,0)',crop=640:ih*0.8:80:ih*0.1"
done
[ "$wrong" = 0 ] || die "not as it should be"
