using Grpc.Core;

namespace GrpcUnix;

/// <summary>Greets.</summary>
internal sealed class GreeterService : Greeter.GreeterBase
{
    private const int MostGreetings = 100_000;

    public override Task<HelloReply> Hello(HelloRequest request, ServerCallContext context) => Task.FromResult(new HelloReply { Text = $"hello {request.Name}" });

    public override async Task Hellos(HellosRequest request, IServerStreamWriter<HelloReply> responseStream, ServerCallContext context)
    {
        if (request.Count is < 0 or > MostGreetings)
            throw new RpcException(new Status(StatusCode.InvalidArgument, $"count must be 0 to {MostGreetings}, not {request.Count}."));
        // A write waits while the client reads nothing, and throws when it has left.
        for (var i = 1; i <= request.Count; i++)
            await responseStream.WriteAsync(new HelloReply { Text = $"hello {request.Name}, {i} of {request.Count}" }, context.CancellationToken);
    }
}
