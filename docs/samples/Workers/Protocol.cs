using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;
using Net.Async;

namespace Workers;

/// <summary>What clients and workers say to each other: 8 bytes come back behind the process id of the worker.</summary>
internal static class Protocol
{
    public const int RequestLength = 8, AnswerLength = 12;

    /// <summary>Answers until the client ends; returns how many requests there were.</summary>
    public static async Task<int> ServeAsync(Connection connection, CancellationToken cancellationToken = default)
    {
        for (var served = 0; ; served++)
        {
            var read = await connection.Input.ReadAtLeastAsync(RequestLength, cancellationToken);
            if (read.Buffer.Length < RequestLength)
                return served;
            WriteAnswer(connection.Output, read.Buffer.Slice(0, RequestLength));
            connection.Input.AdvanceTo(read.Buffer.GetPosition(RequestLength));
            await connection.Output.FlushAsync(cancellationToken);
        }
    }

    /// <summary>Asks once; returns who answered.</summary>
    public static async Task<int> AskAsync(Connection connection, long number)
    {
        var request = new byte[RequestLength];
        BinaryPrimitives.WriteInt64LittleEndian(request, number);
        await connection.Output.WriteAsync(request);
        var read = await connection.Input.ReadAtLeastAsync(AnswerLength);
        if (read.Buffer.Length != AnswerLength)
            throw new InvalidDataException($"{read.Buffer.Length} bytes came for an answer of {AnswerLength}.");
        var answer = read.Buffer.ToArray();
        connection.Input.AdvanceTo(read.Buffer.End);
        return BinaryPrimitives.ReadInt64LittleEndian(answer.AsSpan(4)) == number
            ? BinaryPrimitives.ReadInt32LittleEndian(answer)
            : throw new InvalidDataException("The answer is another request's.");
    }

    private static void WriteAnswer(PipeWriter output, ReadOnlySequence<byte> request)
    {
        var answer = output.GetSpan(AnswerLength);
        BinaryPrimitives.WriteInt32LittleEndian(answer, Environment.ProcessId);
        request.CopyTo(answer[4..]);
        output.Advance(AnswerLength);
    }
}
