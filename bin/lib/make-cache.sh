# make-cache.sh JAVA IMAGE: makes the cache beside the folder IMAGE of jars, for JAVA.
set -eu
. "$(dirname "$0")/launch.sh"
launch "$1" "$2" cache
