{{- define "turnstream.name" -}}
{{- printf "%s-worker" .Release.Name | trunc 52 | trimSuffix "-" -}}
{{- end -}}

{{- define "turnstream.selector" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "turnstream.labels" -}}
{{ include "turnstream.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
{{- end -}}

{{- define "turnstream.serviceAccount" -}}
{{- if .Values.serviceAccount.create -}}
{{ default (include "turnstream.name" .) .Values.serviceAccount.name }}
{{- else -}}
{{ default "default" .Values.serviceAccount.name }}
{{- end -}}
{{- end -}}

{{- define "turnstream.image" -}}
{{- if .Values.image.digest -}}
{{ .Values.image.repository }}@{{ .Values.image.digest }}
{{- else -}}
{{ .Values.image.repository }}:{{ default .Chart.AppVersion .Values.image.tag }}
{{- end -}}
{{- end -}}

{{- /* One setting as the worker reads it: texts as they are, everything else as JSON. */ -}}
{{- define "turnstream.setting" -}}
{{- if kindIs "string" . -}}{{ . | quote }}{{- else -}}{{ toJson . | quote }}{{- end -}}
{{- end -}}

{{- define "turnstream.settings" -}}
{{- range $section, $value := .Values.settings }}
{{- if kindIs "map" $value }}
{{- range $name, $setting := $value }}
{{- $variable := printf "TURNSTREAM_%s__%s" $section $name | upper }}
{{- if eq $variable "TURNSTREAM_KAFKA__PROPERTIES" }}
{{- /* One variable each: Secrets add more, and a JSON object might replace theirs. */}}
{{- range $property, $text := $setting }}
{{ printf "%s__%s" $variable (replace "." "_" $property | upper) }}: {{ $text | quote }}
{{- end }}
{{- else }}
{{ $variable }}: {{ include "turnstream.setting" $setting }}
{{- end }}
{{- end }}
{{- else }}
{{ upper $section }}: {{ include "turnstream.setting" $value }}
{{- end }}
{{- end }}
{{- end -}}
