// Everything that a program needs to serve and to connect can be called from F#.
open System
open System.Threading
open System.Threading.Tasks
open Net.Async

let rec answer (client: Connection) (stopping: CancellationToken) : Task =
    task {
        match! client.ReadLineAsync stopping with
        | null -> ()
        | line ->
            do! client.WriteLineAsync($"you said {line}", stopping)
            do! answer client stopping
    }

let run () =
    task {
        let options = ServerOptions(MaxConnections = Nullable 10)
        options.Listener.Backlog <- 16
        use server = Server.Listen("localhost:0", options)
        let serving = server.ServeAsync(Func<_, _, _> answer)
        use! connection = Connection.ConnectAsync(server.LocalEndPoint, TimeSpan.FromSeconds 10.0)
        do! connection.WriteLineAsync "F#"
        let! answer = connection.ReadLineAsync()
        printfn $"{answer}"
        let! result = server.StopAsync()
        do! serving
        printfn $"{result.Aborted} connections aborted"
    }

run().GetAwaiter().GetResult()
