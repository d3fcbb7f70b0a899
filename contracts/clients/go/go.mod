module github.com/traffic-tacos/clients/go

go 1.25.0

require (
	github.com/traffic-tacos/proto-contracts/gen/go v0.0.0
	google.golang.org/genproto/googleapis/rpc v0.0.0-20260706201446-f0a921348800
	google.golang.org/grpc v1.84.0
)

require (
	golang.org/x/net v0.57.0 // indirect
	golang.org/x/sys v0.47.0 // indirect
	golang.org/x/text v0.40.0 // indirect
	google.golang.org/grpc/cmd/protoc-gen-go-grpc v1.6.2 // indirect
	google.golang.org/protobuf v1.36.12 // indirect
)

// Generated beside this module (`make generate-go`). A client elsewhere takes the published module and drops this line.
replace github.com/traffic-tacos/proto-contracts/gen/go => ../../generated/go

tool (
	google.golang.org/grpc/cmd/protoc-gen-go-grpc
	google.golang.org/protobuf/cmd/protoc-gen-go
)
