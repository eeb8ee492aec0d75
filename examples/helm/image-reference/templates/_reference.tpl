{{/*
The reference of an image, from a section of the values:

    image: {{ include "image.reference" (dict "image" .Values.image "chart" .Chart) | quote }}

The first of these that is set counts:

    overrideTag   a tag or a digest by which a person holds the image
    shasum        a digest, with or without sha256: in front
    tag           1.5.0, 1.5.0@sha256:... or sha256:...
    appVersion    of the chart; without "chart" it does not count, which is right for images whose versions are not the chart's

name is the image without a tag. registry, if set, is put in front of it, unless the name begins with it already.
*/}}
{{- define "image.reference" -}}
{{- $section := default dict .image -}}
{{- if not (kindIs "map" $section) -}}
{{- fail (printf "an image has to be a section with name and tag, not %s" (toJson $section)) -}}
{{- end -}}
{{- $name := include "image.text" (dict "section" $section "key" "name") -}}
{{- if not $name -}}
{{- fail (printf "an image has no name: %s" (toJson $section)) -}}
{{- end -}}
{{- $registry := include "image.text" (dict "section" $section "key" "registry") | trimSuffix "/" -}}
{{- if and $registry (not (hasPrefix (printf "%s/" $registry) $name)) -}}
{{- $name = printf "%s/%s" $registry $name -}}
{{- end -}}
{{- $version := "" -}}
{{- $from := "appVersion" -}}
{{- range $key := list "overrideTag" "shasum" "tag" -}}
{{- if not $version -}}
{{- $version = include "image.text" (dict "section" $section "key" $key) -}}
{{- if $version -}}
{{- $from = $key -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- if and (eq $from "shasum") (regexMatch "^[0-9a-f]{64}$" $version) -}}
{{- $version = printf "sha256:%s" $version -}}
{{- end -}}
{{- if and (not $version) .chart -}}
{{- $version = .chart.AppVersion -}}
{{- end -}}
{{- if not $version -}}
{{- fail (printf "image %s has no tag and no digest" $name) -}}
{{- end -}}
{{- $digest := "(sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128})" -}}
{{- $isDigest := regexMatch (printf "^%s$" $digest) $version -}}
{{- if and (eq $from "shasum") (not $isDigest) -}}
{{- fail (printf "shasum of image %s is no digest: '%s'" $name $version) -}}
{{- end -}}
{{- if not (or $isDigest (regexMatch (printf "^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}(@%s)?$" $digest) $version)) -}}
{{- fail (printf "%s of image %s is neither a tag nor a digest: '%s'" $from $name $version) -}}
{{- end -}}
{{- printf "%s%s%s" $name (ternary "@" ":" $isDigest) $version -}}
{{- end -}}

{{/*
A text of a section, empty if it is not set. A tag in YAML needs quotes: 1.10 is the number 1.1 and 0123456 is the number 42798, and nobody
can tell from them what was written. Whole numbers of --set (parameters without forceString) are as they were written.
*/}}
{{- define "image.text" -}}
{{- $value := get .section .key -}}
{{- if or (typeIs "string" $value) (typeIs "int64" $value) -}}
{{- $value -}}
{{- else if not (kindIs "invalid" $value) -}}
{{- fail (printf "%s has to be a text; write it in quotes, without them YAML made %v of it: %s" .key $value (toJson .section)) -}}
{{- end -}}
{{- end -}}
