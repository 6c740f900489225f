using Microsoft.AspNetCore.Mvc;

namespace Net.Async.HostLoad;

/// <summary>Code that blocks its thread for a second, as code that waits for a database the old way does.</summary>
[ApiController]
public sealed class SleepController : ControllerBase
{
    [HttpGet("/sleep")]
    public string Sleep()
    {
        Thread.Sleep(1000);
        return "slept";
    }
}
