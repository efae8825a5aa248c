module github.com/parleyhq/parley/services

go 1.26.0

require (
	github.com/parleyhq/parley/mesh v0.0.0
	github.com/parleyhq/parley/proto v0.0.0
)

require (
	github.com/nyaruka/phonenumbers v1.8.1 // indirect
	go.yaml.in/yaml/v3 v3.0.6 // indirect
	golang.org/x/text v0.43.0 // indirect
	google.golang.org/protobuf v1.36.12 // indirect
)

replace github.com/parleyhq/parley/proto => ../proto

replace github.com/parleyhq/parley/mesh => ../mesh
