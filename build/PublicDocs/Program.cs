using System.Xml.Linq;
using PublicDocs;

// Removes from a documentation file what no user of the assembly can see: the compiler writes internal and private members into it, too.
// PublicDocs ASSEMBLY DOCUMENTATION
if (args is not [var assembly, var documentation])
{
    Console.Error.WriteLine("Usage: PublicDocs ASSEMBLY DOCUMENTATION");
    return 2;
}

var visible = new VisibleMembers(assembly);
var document = XDocument.Load(documentation, LoadOptions.PreserveWhitespace);
var hidden = document.Descendants("member").Where(member => !visible.Contains((string)member.Attribute("name")!)).ToList();
foreach (var member in hidden)
{
    // The line break and the indentation before it, too.
    if (member.PreviousNode is XText space)
        space.Remove();
    member.Remove();
}

document.Save(documentation, SaveOptions.DisableFormatting);
return 0;
