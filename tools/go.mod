module github.com/parleyhq/parley/tools

go 1.26.0

require (
	github.com/parleyhq/parley/adapters v0.0.0
	github.com/parleyhq/parley/gateway v0.0.0
	github.com/parleyhq/parley/mesh v0.0.0
	github.com/parleyhq/parley/proto v0.0.0
	github.com/parleyhq/parley/services v0.0.0
)

require (
	github.com/alecthomas/kong v1.17.0 // indirect
	github.com/fsnotify/fsnotify v1.9.0 // indirect
	github.com/go-viper/mapstructure/v2 v2.4.0 // indirect
	github.com/knadh/koanf/maps v0.1.2 // indirect
	github.com/knadh/koanf/parsers/yaml v1.1.1 // indirect
	github.com/knadh/koanf/providers/env/v2 v2.0.2 // indirect
	github.com/knadh/koanf/providers/file v1.2.1 // indirect
	github.com/knadh/koanf/v2 v2.4.1 // indirect
	github.com/mitchellh/copystructure v1.2.0 // indirect
	github.com/mitchellh/reflectwalk v1.0.2 // indirect
	go.opentelemetry.io/proto/otlp v1.11.0 // indirect
	go.yaml.in/yaml/v3 v3.0.6 // indirect
	golang.org/x/mod v0.42.0 // indirect
	golang.org/x/sys v0.49.0 // indirect
	golang.org/x/tools v0.52.0 // indirect
)

replace github.com/parleyhq/parley/proto => ../proto

replace github.com/parleyhq/parley/mesh => ../mesh

replace github.com/parleyhq/parley/adapters => ../adapters

replace github.com/parleyhq/parley/services => ../services

replace github.com/parleyhq/parley/gateway => ../gateway
