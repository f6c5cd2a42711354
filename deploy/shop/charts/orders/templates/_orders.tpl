{{/* Labels that every object carries. None holds the version: a promotion changes the image and nothing else. */}}
{{- define "orders.labels" -}}
app.kubernetes.io/name: orders
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/part-of: shop
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end }}

{{- define "orders.selector" -}}
app.kubernetes.io/name: orders
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "orders.image" -}}
{{ .Values.image.repository }}:{{ .Values.image.tag }}
{{- end }}

{{- define "orders.podSecurity" -}}
automountServiceAccountToken: false
securityContext:
  runAsNonRoot: true
  runAsUser: 10001
  seccompProfile: {type: RuntimeDefault}
{{- end }}

{{- define "orders.containerSecurity" -}}
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  capabilities: {drop: [ALL]}
{{- end }}

{{/* The connection that libpq finds by itself: literals, and two keys of the operator's Secret. */}}
{{- define "orders.reportingEnv" -}}
- {name: PGHOST, value: {{ .Values.reporting.host | quote }}}
- {name: PGPORT, value: {{ .Values.reporting.port | quote }}}
- {name: PGDATABASE, value: {{ .Values.database.name | quote }}}
- name: PGUSER
  valueFrom: {secretKeyRef: {name: {{ .Values.reporting.secret }}, key: username}}
- name: PGPASSWORD
  valueFrom: {secretKeyRef: {name: {{ .Values.reporting.secret }}, key: password}}
{{- end }}
