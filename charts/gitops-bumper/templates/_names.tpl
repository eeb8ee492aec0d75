{{- define "gitops-bumper.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{- define "gitops-bumper.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 40 | trimSuffix "-" -}}
{{- else if contains (include "gitops-bumper.name" .) .Release.Name -}}
{{- .Release.Name | trunc 40 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name (include "gitops-bumper.name" .) | trunc 40 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{- define "gitops-bumper.argocdNamespace" -}}
{{- default .Release.Namespace .Values.argocdNamespace -}}
{{- end -}}

{{- define "gitops-bumper.serviceAccount" -}}
{{- if .Values.serviceAccount.create -}}
{{- default (include "gitops-bumper.fullname" .) .Values.serviceAccount.name -}}
{{- else -}}
{{- required "serviceAccount.name has to be given when serviceAccount.create is false" .Values.serviceAccount.name -}}
{{- end -}}
{{- end -}}

{{- define "gitops-bumper.selector" -}}
app.kubernetes.io/name: {{ include "gitops-bumper.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "gitops-bumper.labels" -}}
{{ include "gitops-bumper.selector" . }}
app.kubernetes.io/part-of: gitops-bumper
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{- end -}}

{{- define "gitops-bumper.image" -}}
{{- if .Values.image.digest -}}
{{- printf "%s@%s" .Values.image.repository .Values.image.digest -}}
{{- else -}}
{{- printf "%s:%s" .Values.image.repository (default .Chart.AppVersion .Values.image.tag) -}}
{{- end -}}
{{- end -}}

{{/* The settings as they go into the config map: a YAML map of texts. */}}
{{- define "gitops-bumper.config" -}}
{{- $config := dict -}}
{{- if eq .Values.scope "cluster" -}}
{{- $_ := set $config "namespace" "*" -}}
{{- end -}}
{{- range $key, $value := .Values.config -}}
{{- $_ := set $config $key (toString $value) -}}
{{- end -}}
{{- if .Values.registries -}}
{{- if hasKey $config "registries.conf" -}}
{{- fail "config has a registries.conf, and registries has entries: keep one of them" -}}
{{- end -}}
{{- $_ := set $config "registries.conf" (toYaml (dict "registries" .Values.registries)) -}}
{{- end -}}
{{- toYaml $config -}}
{{- end -}}
