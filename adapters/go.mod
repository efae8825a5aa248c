module github.com/parleyhq/parley/adapters

go 1.26.0

require (
	github.com/parleyhq/parley/mesh v0.0.0
	github.com/parleyhq/parley/proto v0.0.0
)

require (
	github.com/failsafe-go/failsafe-go v0.9.8 // indirect
	github.com/golang-jwt/jwt/v5 v5.3.1 // indirect
	github.com/golang/mock v1.6.0 // indirect
	github.com/nyaruka/phonenumbers v1.8.1 // indirect
	github.com/pkg/errors v0.9.1 // indirect
	github.com/prometheus/client_golang v1.25.0 // indirect
	github.com/twilio/twilio-go v1.31.0 // indirect
	golang.org/x/text v0.43.0 // indirect
	golang.org/x/time v0.16.0 // indirect
	google.golang.org/protobuf v1.36.12 // indirect
)

replace github.com/parleyhq/parley/proto => ../proto

replace github.com/parleyhq/parley/mesh => ../mesh
